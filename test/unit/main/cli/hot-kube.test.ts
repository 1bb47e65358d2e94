import { afterEach, expect, test } from 'vitest';
import { kubeToken, parseKubeToken } from '../../../../main/cli/hot-kube.ts';
import { jsonAnswer, type RawServer, startRawServer } from '../../../support/raw-server.ts';

const oidc = { access_token: 'tok', token_type: 'Bearer', expires_at: '2026-01-01T13:00:00Z' };
const eks = { ok: true, value: { token: 'k8s-aws-v1.x', expiresAt: '2026-01-01T12:14:00Z' } };

let server: RawServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function run(args: readonly string[], answer: object, info?: string) {
  server = await startRawServer((connection) => connection.end(jsonAnswer(answer)));
  const given = parseKubeToken(['token', ...args]);
  if (given === undefined) throw new Error('These are left to the cold command.');
  const KUBERNETES_EXEC_INFO = info === undefined ? {} : { KUBERNETES_EXEC_INFO: info };
  return kubeToken(given, {
    env: { KEYFOB_SOCK: server.socket, HOME: '/home/me', ...KUBERNETES_EXEC_INFO },
    platform: process.platform,
    startHelper: () => Promise.reject(new Error('There is a helper.')),
    deadlineMs: 2_000,
    parent: 4711,
  });
}

test('a cluster gets the ID token, as an ExecCredential in one line', async () => {
  const line = await run(['corp/access'], oidc);
  expect(JSON.parse(line)).toEqual({
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1',
    spec: {},
    status: { token: 'tok', expirationTimestamp: '2026-01-01T13:00:00Z' },
  });
  expect(line.endsWith('\n')).toBe(true);
  expect(server?.requests[0]).toContain('/v1/token?account=corp%2Faccess&id_token=true HTTP');
});

test('--access-token asks for that one, with the scopes and audience that are wanted', async () => {
  await run(['a', '--access-token', '--scope=x y', '--audience', 'k8s'], oidc);
  expect(server?.requests[0]).toContain('/v1/token?account=a&scope=x%20y&audience=k8s HTTP');
});

test('--cluster signs for EKS', async () => {
  const line = await run(['acme/prod/Admin', '--cluster', 'main', '--region', 'eu-west-1'], eks);
  expect(JSON.parse(line).status).toEqual({
    token: 'k8s-aws-v1.x',
    expirationTimestamp: '2026-01-01T12:14:00Z',
  });
  expect(server?.requests[0]).toMatch(/^POST \/v1\/commands\/account\.eksToken /);
  expect(server?.requests[0]).toContain(
    '{"cluster":"main","account":"acme/prod/Admin","region":"eu-west-1"}',
  );
});

test.each(['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'])(
  'answers in the version that kubectl asks for: %s',
  async (apiVersion) => {
    const info = JSON.stringify({
      apiVersion,
      kind: 'ExecCredential',
      spec: { interactive: false },
    });
    expect(JSON.parse(await run([], oidc, info)).apiVersion).toBe(apiVersion);
  },
);

test.each(['{}', 'no json', '{"apiVersion":"v1"}', '{"apiVersion":7}', '[]'])(
  'an unknown question is refused: %s',
  async (info) => {
    await expect(run([], oidc, info)).rejects.toMatchObject({
      code: 'invalid_input',
      hint: expect.any(String),
    });
    expect(server?.requests).toEqual([]);
  },
);

test.each([
  ['no end', { access_token: 'tok' }],
  ['no token', { expires_at: '2026-01-01T13:00:00Z' }],
])('never prints a credential with %s', async (_what, answer) => {
  await expect(run([], answer)).rejects.toMatchObject({ code: 'response_invalid' });
});

test.each([
  [['--help']],
  [['a', 'b']],
  [['--json']],
  [['--cluster']],
  [['--cluster', '-x']],
  [['']],
])('%j is left to the cold command', (args) => {
  expect(parseKubeToken(['token', ...args])).toBeUndefined();
});

test('install and remove are left to the cold command', () => {
  expect(parseKubeToken(['install', 'a'])).toBeUndefined();
  expect(parseKubeToken([])).toBeUndefined();
});

test('a client of Kubernetes says which process holds the token, a person at a shell does not', async () => {
  const apiVersion = 'client.authentication.k8s.io/v1';
  await run(['corp/access'], oidc, JSON.stringify({ apiVersion }));
  expect(server?.requests[0]).toContain('&id_token=true&holder=4711 HTTP');
  await server?.close();
  await run(['corp/access'], oidc);
  expect(server?.requests[0]).not.toContain('holder');
});
