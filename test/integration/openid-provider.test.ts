import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { passwordGrant } from '../../main/oidc/password.ts';
import { readUserinfo } from '../../main/oidc/userinfo.ts';
import { contextAt, noHurry, openidProvider } from '../support/openid-context.ts';

/** What the tests rely on in their own provider. */

const alice = { username: 'alice', password: 'wonderland', scopes: ['openid'] };

test('it runs by hand, says where it is, and ends when told to', async () => {
  const entry = join(import.meta.dirname, '../openid-provider/main.ts');
  const child = spawn(process.execPath, [entry, '--json', '--set', 'lifetimes={"access":30}']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { ready, issuer, clients } = JSON.parse(line);
  expect(ready).toBe(true);
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: clients.public,
      username: 'alice',
      password: 'wonderland',
    }),
  });
  expect(await answer.json()).toMatchObject({ token_type: 'Bearer', expires_in: 30 });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('while it is down nobody answers; afterwards tokens and keys are those of before', async () => {
  const provider = await openidProvider();
  const context = await contextAt(provider, 'basic');
  const { accessToken } = await passwordGrant(context, alice, noHurry());
  await provider.down();
  await expect(passwordGrant(context, alice, noHurry())).rejects.toMatchObject({
    code: 'network_error',
  });
  await provider.up();
  expect((await readUserinfo(context, { accessToken }, noHurry())).subject).toBe('alice');
});

test('it forgets no token when its keys rotate, and Keyfob follows the new ones', async () => {
  const provider = await openidProvider();
  const context = await contextAt(provider, 'basic');
  const before = await passwordGrant(context, alice, noHurry());
  await provider.rotateKeys();
  const rotated = await contextAt(provider, 'basic');
  expect((await passwordGrant(rotated, alice, noHurry())).claims?.sub).toBe('alice');
  const { accessToken } = before;
  expect((await readUserinfo(rotated, { accessToken }, noHurry())).subject).toBe('alice');
});

test('it knows every secret that it has handed out', async () => {
  const provider = await openidProvider();
  const context = await contextAt(provider, 'basic');
  const tokens = await passwordGrant(context, alice, noHurry());
  const secrets = provider.secrets();
  expect(secrets).toContain(tokens.accessToken);
  expect(secrets).toContain(tokens.refreshToken);
  expect(secrets).toContain(tokens.idToken);
  expect(secrets).toContain(provider.client('basic').clientSecret);
});
