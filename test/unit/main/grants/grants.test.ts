import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Wish } from '../../../../main/grants/creation.ts';
import { createGrants } from '../../../../main/grants/grants.ts';
import { createStateStore, emptyState } from '../../../../main/state.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { codeOf } from '../../../support/connections.ts';
import { createFakePorts, type FakePorts, settle } from '../../../support/fake-ports.ts';

const usual: Wish = { label: 'ci', accounts: [], lifetimeSeconds: 3_600, ephemeral: false };
const ephemeral: Wish = { ...usual, ephemeral: true };

async function open(ports: FakePorts = createFakePorts()) {
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  const grants = createGrants(ports, state);
  await grants.load();
  const file = () => ports.files.contents.get('grants.json');
  return { ports, state, grants, file };
}

/** As after a restart. */
const again = ({ ports }: { ports: FakePorts }) =>
  open(createFakePorts({ files: ports.files, startMs: ports.clock.now(), seed: 7 }));

test('a token is told once; the file has its SHA-256, the state not even that', async () => {
  const { grants, file, state } = await open();
  const { grant, token } = await grants.create({ ...usual, accounts: ['acme/1/Admin'] });
  expect(token).toMatch(/^keyfob_[\w-]{43}$/);
  expect(grants.find(token)).toEqual(grant);
  expect(file()).toContain(createHash('sha256').update(token).digest('hex'));
  expect(file()).not.toContain(token.slice(7));
  const shown = JSON.stringify(state.get('grants'));
  expect(shown).toContain('acme/1/Admin');
  expect(shown).not.toMatch(/keyfob_|hash/i);
});

test('a grant outlives the helper', async () => {
  const first = await open();
  const { grant, token } = await first.grants.create(usual);
  const { grants } = await again(first);
  expect(grants.find(token)).toEqual(grant);
  expect(grants.lasting()).toBe(true);
});

test.each(['', 'keyfob_', 'x', `keyfob_${'A'.repeat(43)}`, `keyfob_${'A'.repeat(44)}`, '\0'])(
  'the token %j is nobody’s',
  async (token) => {
    const { grants } = await open();
    await grants.create(usual);
    expect(grants.find(token)).toBeUndefined();
  },
);

test('a grant is found again as it is now, for as long as it holds', async () => {
  const { grants, ports } = await open();
  const { grant } = await grants.create(usual);
  grants.used(grant);
  expect(grants.again(grant)).toEqual({ ...grant, lastUsedAt: expect.any(String) });
  const other = await grants.create(usual);
  await grants.revoke(grant.id);
  expect(grants.again(grant)).toBeUndefined();
  await ports.clock.advance(3_600_000 - 1);
  expect(grants.again(other.grant)).toEqual(other.grant);
  await ports.clock.advance(1);
  expect(grants.again(other.grant)).toBeUndefined();
});

test('each token finds its own grant, and no part of one finds any', async () => {
  const { grants } = await open();
  const made = [];
  for (const label of ['a', 'b', 'c']) made.push(await grants.create({ ...usual, label }));
  expect(new Set(made.map(({ token }) => token)).size).toBe(3);
  for (const { grant, token } of made) {
    expect(grants.find(token)?.id).toBe(grant.id);
    expect(grants.find(token.slice(0, -1))).toBeUndefined();
    expect(grants.find(token.toUpperCase())).toBeUndefined();
  }
});

test('a revoked grant ends at once, and for good', async () => {
  const first = await open();
  const { grant, token } = await first.grants.create(usual);
  await first.grants.revoke(grant.id);
  expect(first.grants.find(token)).toBeUndefined();
  expect(first.state.get('grants')).toEqual([]);
  expect((await again(first)).grants.find(token)).toBeUndefined();
  expect(await codeOf(first.grants.revoke(grant.id))).toBe('not_found');
});

test('where the disk is full, a revoked grant still ends at once, and that it may come back is said', async () => {
  const { grants, ports } = await open();
  const { grant, token } = await grants.create(usual);
  const full = new KeyfobError('disk_full', 'full');
  ports.files.write = () => Promise.reject(full);
  expect(await codeOf(grants.revoke(grant.id))).toBe('disk_full');
  expect(grants.find(token)).toBeUndefined();
});

test('that a grant has ended is written as soon as the disk takes it', async () => {
  const first = await open();
  const { grants, ports } = first;
  const { grant, token } = await grants.create(usual);
  const { write } = ports.files;
  ports.files.write = () => Promise.reject(new KeyfobError('disk_full', 'full'));
  expect(await codeOf(grants.revoke(grant.id))).toBe('disk_full');
  await ports.clock.advance(60_000);
  ports.files.write = write;
  await ports.clock.advance(5_000);
  expect((await again(first)).grants.find(token)).toBeUndefined();
});

test('a grant that could not be written is none', async () => {
  const { grants, ports, state } = await open();
  ports.files.write = () => Promise.reject(new KeyfobError('disk_full', 'full'));
  expect(await codeOf(grants.create(usual))).toBe('disk_full');
  expect(state.get('grants')).toEqual([]);
});

test('a grant ends with its lifetime, to the millisecond', async () => {
  const { grants, ports, state } = await open();
  const { token } = await grants.create(usual);
  await ports.clock.advance(3_599_999);
  expect(grants.find(token)).toBeDefined();
  await ports.clock.advance(1);
  expect(grants.find(token)).toBeUndefined();
  expect(state.get('grants')).toEqual([]);
});

test('the last use shows within a second and costs no write; the file gets it in minutes', async () => {
  const { grants, ports, state, file } = await open();
  const { grant } = await grants.create(usual);
  let writes = 0;
  const write = ports.files.write;
  ports.files.write = (name, text) => {
    writes += 1;
    return write(name, text);
  };
  await ports.clock.advance(10_000);
  for (let n = 0; n < 1_000; n += 1) grants.used(grant);
  expect(writes).toBe(0);
  await ports.clock.advance(1_000);
  expect(state.get('grants')[0]?.lastUsedAt).toBe('2026-01-01T00:00:10.000Z');
  grants.used(grant);
  await ports.clock.advance(300_000);
  expect(writes).toBe(1);
  expect(file()).toContain('"lastUsedAt":"2026-01-01T00:00:11.000Z"');
});

test('a use just before the end is written down at the end', async () => {
  const first = await open();
  const { grant } = await first.grants.create(usual);
  first.grants.used(grant);
  await first.grants.close();
  expect(first.file()).toContain('lastUsedAt');
});

test('a removed connection takes its accounts along; a grant for nothing else ends', async () => {
  const { grants, state } = await open();
  const only = await grants.create({ ...usual, accounts: ['acme/1/Admin', 'acme/2/Admin'] });
  const both = await grants.create({ ...usual, accounts: ['acme/1/Admin', 'acme2/1/Admin'] });
  const all = await grants.create(usual);
  await grants.forget('acme');
  expect(grants.find(only.token)).toBeUndefined();
  expect(grants.find(both.token)?.accounts).toEqual(['acme2/1/Admin']);
  expect(grants.find(all.token)?.accounts).toEqual([]);
  expect(state.get('grants')).toHaveLength(2);
});

test('a damaged file is set aside, named among the problems, and lets nobody in', async () => {
  const first = await open();
  const { token } = await first.grants.create(usual);
  first.ports.files.contents.set('grants.json', '{"version":1,"grants":[{"id":"x"}]}');
  const { grants, state } = await again(first);
  expect(grants.find(token)).toBeUndefined();
  expect(state.get('problems')).toMatchObject([{ code: 'file_damaged' }]);
});

test('a file that can’t be read lets nobody in, and is not replaced', async () => {
  const ports = createFakePorts();
  ports.files.read = () => Promise.reject(new KeyfobError('file_unreadable', 'no'));
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  const grants = createGrants(ports, state);
  expect(await codeOf(grants.load())).toBe('file_unreadable');
  expect(await codeOf(grants.create(usual))).toBe('file_unreadable');
  expect(ports.files.contents.size).toBe(0);
});

test('there are at most 256 grants', async () => {
  const { grants } = await open();
  for (let n = 0; n < 256; n += 1) await grants.create(ephemeral);
  expect(await codeOf(grants.create(usual))).toBe('invalid_input');
});

test('an ephemeral grant is in no file, and nobody relies on it', async () => {
  const { grants, file } = await open();
  const { token } = await grants.create(ephemeral);
  expect(grants.find(token)).toBeDefined();
  expect(file() ?? '').toBe('');
  expect(grants.lasting()).toBe(false);
});

test('an ephemeral grant that nobody holds ends after ten seconds', async () => {
  const { grants, ports } = await open();
  const { token } = await grants.create(ephemeral);
  await ports.clock.advance(9_999);
  expect(grants.find(token)).toBeDefined();
  await ports.clock.advance(1);
  expect(grants.find(token)).toBeUndefined();
});

test('an ephemeral grant lasts while it is held, and ends with the last who holds it', async () => {
  const { grants, ports } = await open();
  const { grant, token } = await grants.create(ephemeral);
  const [one, other] = [new AbortController(), new AbortController()];
  const first = codeOf(grants.hold(grant.id, one.signal));
  const second = codeOf(grants.hold(grant.id, other.signal));
  await ports.clock.advance(60_000);
  one.abort(new KeyfobError('refused', 'gone'));
  await first;
  expect(grants.find(token)).toBeDefined();
  other.abort(new KeyfobError('refused', 'gone'));
  await second;
  expect(grants.find(token)).toBeUndefined();
});

test('who holds a grant learns that it was revoked, or that it lapsed', async () => {
  const { grants, ports } = await open();
  const never = new AbortController().signal;
  const revoked = await grants.create(ephemeral);
  const held = grants.hold(revoked.grant.id, never);
  await grants.revoke(revoked.grant.id);
  await held;
  const lapsing = await grants.create({ ...ephemeral, lifetimeSeconds: 30 });
  const until = grants.hold(lapsing.grant.id, never);
  await ports.clock.advance(30_000);
  await until;
  expect(grants.find(lapsing.token)).toBeUndefined();
});

test('only an ephemeral grant is held', async () => {
  const { grants } = await open();
  const { grant } = await grants.create(usual);
  const never = new AbortController().signal;
  expect(await codeOf(grants.hold(grant.id, never))).toBe('not_found');
  expect(await codeOf(grants.hold('nope', never))).toBe('not_found');
});

test('a program whose helper was replaced goes on with the token it has', async () => {
  const first = await open();
  const { token } = await first.grants.create(ephemeral);
  await first.grants.close();
  const { grants } = await again(first);
  expect(grants.find(token)).toBeUndefined();
  const taken = await grants.create({ ...ephemeral, token });
  expect(taken.token).toBe(token);
  expect(grants.find(token)?.id).toBe(taken.grant.id);
  // Also where the earlier one has not ended yet.
  const anew = await grants.create({ ...ephemeral, token });
  expect(grants.find(token)?.id).toBe(anew.grant.id);
});

test('a lasting grant’s token is not taken over', async () => {
  const { grants } = await open();
  const { grant, token } = await grants.create(usual);
  expect(await codeOf(grants.create({ ...ephemeral, token }))).toBe('invalid_input');
  expect(grants.find(token)?.id).toBe(grant.id);
});

test('grants that are made at the same time are all kept', async () => {
  const first = await open();
  const made = await Promise.all(
    ['a', 'b', 'c'].map((label) => first.grants.create({ ...usual, label })),
  );
  await settle();
  const { grants } = await again(first);
  for (const { token, grant } of made) expect(grants.find(token)?.label).toBe(grant.label);
});

test('a grant that is being made while its connection goes does not outlive it', async () => {
  const { grants } = await open();
  const making = grants.create({ ...usual, accounts: ['acme/1/Admin'] });
  const other = grants.create({ ...usual, accounts: ['acme/1/Admin', 'corp/api'] });
  await grants.forget('acme');
  expect(grants.find((await making).token)).toBeUndefined();
  expect(grants.find((await other).token)?.accounts).toEqual(['corp/api']);
});
