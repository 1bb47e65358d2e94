import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SecretInput } from '../../../../../main/cli/secret-input.ts';
import { connectionView, runCli } from '../../../../support/cli.ts';

const corp = ['connection', 'add', 'oidc', '--name', 'corp', '--issuer', 'https://login.test'];

function secretInput(changes: Partial<SecretInput>): { secretInput: SecretInput } {
  const none = async () => {
    throw new Error('Nobody expected that.');
  };
  return { secretInput: { ask: none, line: none, file: none, ...changes } };
}

async function added(args: readonly string[], input: Partial<SecretInput> = {}) {
  const answers = { 'connection.add': () => connectionView('corp', { state: 'signed_out' }) };
  const run = await runCli([...corp, ...args], answers, secretInput(input));
  return { ...run, input: run.calls[0]?.[1] as Record<string, unknown> | undefined };
}

describe('connection add oidc', () => {
  test('needs a name and an issuer, and says what comes next', async () => {
    const { code, out, err, input } = await added([]);
    expect(input).toEqual({
      kind: 'oidc',
      name: 'corp',
      issuer: 'https://login.test',
      metadata: 'oidc',
      grant: 'interactive',
      flow: 'auto',
    });
    expect({ code, out }).toEqual({ code: 0, out: 'Added corp.\n' });
    expect(err).toContain('keyfob login corp');
  });

  test('passes on every setting', async () => {
    const { input } = await added(
      [
        '--metadata oauth2 --client-id id --client-authentication none --grant password',
        '--allow-password --username alice --scope a --scope b --flow device --prompt login',
        '--redirect-uri http://127.0.0.1:8400/cb --login-hint alice --acr-values high',
        '--ui-locales sv --max-age 60 --pushed-authorization --dpop --audience api --resource https://api.test',
        '--endpoint token=https://login.test/token --endpoint userinfo=https://login.test/me',
        '--signed id-token=ES256 --encrypted id-token=RSA-OAEP-256:A256GCM',
        '--registration-grant none --registration-policy no_client_secret',
      ]
        .join(' ')
        .split(' '),
    );
    expect(input).toMatchObject({
      metadata: 'oauth2',
      clientId: 'id',
      clientAuthentication: 'none',
      grant: 'password',
      passwordAllowed: true,
      username: 'alice',
      scopes: ['a', 'b'],
      flow: 'device',
      prompt: 'login',
      redirectUri: 'http://127.0.0.1:8400/cb',
      loginHint: 'alice',
      acrValues: 'high',
      uiLocales: 'sv',
      maxAgeSeconds: 60,
      pushedAuthorization: true,
      dpop: true,
      audience: 'api',
      resource: ['https://api.test'],
      endpoints: { token: 'https://login.test/token', userinfo: 'https://login.test/me' },
      idToken: {
        signedResponseAlgorithm: 'ES256',
        encryptedResponseAlgorithm: 'RSA-OAEP-256',
        encryptedResponseEncryption: 'A256GCM',
      },
      registration: { grantTypes: [], policy: 'no_client_secret' },
    });
  });

  test('pushed authorization is left to the provider unless it is asked for or ruled out', async () => {
    expect((await added([])).input).not.toHaveProperty('pushedAuthorization');
    expect((await added(['--no-pushed-authorization'])).input).toMatchObject({
      pushedAuthorization: false,
    });
  });

  test('takes secrets from stdin and files, and a key in PEM', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const files: Record<string, string> = {
      key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      token: 'initial',
    };
    const { input, out, err } = await added(
      ['--client-id', 'id', '--client-secret-stdin', '--private-key-file', 'key'].concat([
        '--initial-access-token-file',
        'token',
      ]),
      { line: async () => 's3cret', file: async (path) => files[path] ?? '' },
    );
    expect(input).toMatchObject({
      clientSecret: 's3cret',
      initialAccessToken: 'initial',
      signingKey: { kty: 'EC', crv: 'P-256', d: expect.any(String) },
    });
    expect(out + err).not.toContain('s3cret');
  });

  test.each([
    [['--client-secret', 's3cret'], "unknown option '--client-secret'"],
    [['--endpoint', 'nowhere=https://x.test'], 'token=https://'],
    [['--signed', 'mail=ES256'], 'id-token=ES256'],
    [['--max-age', 'soon'], 'seconds'],
    [['--certificate-file', 'a.pem'], '--key-file'],
    [['--grant', 'implicit'], 'interactive'],
  ])('%j is a wrong usage, and nothing is added', async (args, words) => {
    const { code, err, calls } = await added(args);
    expect(code).toBe(2);
    expect(err.toLowerCase()).toContain(words.toLowerCase());
    expect(calls).toEqual([]);
  });

  test('a file that holds no private key is refused without showing what it holds', async () => {
    const { code, err } = await added(['--private-key-file', 'key'], {
      file: async () => 'not-a-key-but-a-secret',
    });
    expect(code).toBe(2);
    expect(err).not.toContain('not-a-key');
  });
});
