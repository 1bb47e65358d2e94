import { beforeEach, expect, test } from 'vitest';
import { type RefreshRequest, refreshTokens } from '../../../../main/oidc/refresh.ts';
import {
  createHandMadeProvider,
  type HandMadeProvider,
  issuer,
} from '../../../support/hand-made-provider.ts';

const signal = new AbortController().signal;
const previous = { iss: issuer, sub: 'alice' };

let provider: HandMadeProvider;
beforeEach(async () => {
  provider = await createHandMadeProvider();
});

const refresh = (more: Partial<RefreshRequest> = {}) =>
  refreshTokens(provider.context, { refreshToken: 'R1', ...more }, signal);

test('asks for no more than it is told, and for each resource', async () => {
  provider.answerTokens();
  await refresh();
  expect([...provider.lastForm]).toEqual([
    ['refresh_token', 'R1'],
    ['grant_type', 'refresh_token'],
  ]);
  provider.answerTokens();
  await refresh({ scope: ['a', 'b'], audience: 'api', resource: ['x', 'y'] });
  expect([...provider.lastForm]).toEqual([
    ['refresh_token', 'R1'],
    ['scope', 'a b'],
    ['audience', 'api'],
    ['resource', 'x'],
    ['resource', 'y'],
    ['grant_type', 'refresh_token'],
  ]);
});

test('goes on with the new refresh token, or with the old one where none came', async () => {
  const kept: string[] = [];
  const keep = async (refreshToken: string) => void kept.push(refreshToken);
  provider.answerTokens({ refresh_token: 'R2' });
  expect((await refresh({ keep })).refreshToken).toBe('R2');
  provider.answerTokens();
  expect((await refresh({ keep })).refreshToken).toBe('R1');
  expect(kept).toEqual(['R2', 'R1']);
});

test('waits until the new refresh token is kept', async () => {
  provider.answerTokens({ refresh_token: 'R2' });
  const kept = Promise.withResolvers<void>();
  let done = false;
  const pending = refresh({ keep: () => kept.promise }).then(() => {
    done = true;
  });
  await provider.ports.clock.advance(0);
  expect(done).toBe(false);
  kept.resolve();
  await pending;
});

test('takes tokens of nobody but who signed in', async () => {
  provider.answerTokens({ id_token: await provider.sign() });
  expect((await refresh({ previous })).claims?.sub).toBe('alice');
  provider.answerTokens({ id_token: await provider.sign({ sub: 'mallory' }) });
  await expect(refresh({ previous })).rejects.toMatchObject({ code: 'subject_mismatch' });
  provider.answerTokens();
  expect((await refresh({ previous })).claims).toBeUndefined();
});

test('is asked once, whatever happens: the token may have been used up', async () => {
  provider.ports.fetch.on(`${issuer}/token`, new Response('', { status: 503 }));
  await expect(refresh()).rejects.toMatchObject({ code: 'server_error' });
  expect(provider.ports.fetch.to(`${issuer}/token`)).toHaveLength(1);
});
