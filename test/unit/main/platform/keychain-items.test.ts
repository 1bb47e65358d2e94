import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSplitItems, type KeychainItems } from '../../../../main/platform/keychain-items.ts';
import { createFakeKeytar, type FakeKeytar } from '../../../support/fake-keytar.ts';

/** Any text at all, from none to several items' worth, with what keychains find hard. */
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .tuple(
      fc.constantFrom('a', 'é', '€', '😀', '\0', '\ud800', '"\n'),
      fc.integer({ min: 0, max: 6_000 }),
      fc.string({ maxLength: 8 }),
    )
    .map(([unit, count, end]) => unit.repeat(count) + end),
);

function itemsOf(keytar: FakeKeytar): KeychainItems {
  return {
    get: (account) => keytar.getPassword('Keyfob', account),
    set: (account, secret) => keytar.setPassword('Keyfob', account, secret),
    delete: (account) => keytar.deletePassword('Keyfob', account),
  };
}

/** As after a start: what an earlier process knew is gone, what it stored is there. */
function restart(keytar: FakeKeytar) {
  keytar.heal();
  return createSplitItems(itemsOf(keytar));
}

test('any value comes back as it was, after any sequence of values', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 5 }), async (values) => {
      const keytar = createFakeKeytar();
      const split = createSplitItems(itemsOf(keytar));
      for (const one of values) {
        await split.set('acme', one);
        expect(await split.get('acme')).toBe(one);
        expect(await restart(keytar).get('acme')).toBe(one);
      }
      expect(await split.delete('acme')).toBe(true);
      expect([...keytar.items]).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('a process killed at any step of a write leaves the old value or the new one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.option(value, { nil: null }),
      fc.array(fc.record({ value, death: fc.integer({ min: 0, max: 24 }) }), {
        minLength: 1,
        maxLength: 4,
      }),
      value,
      async (first, crashes, last) => {
        const keytar = createFakeKeytar();
        if (first !== null) await createSplitItems(itemsOf(keytar)).set('acme', first);
        let old = first;
        for (const crash of crashes) {
          const split = restart(keytar);
          keytar.dieAt(crash.death);
          const done = await split.set('acme', crash.value).then(
            () => true,
            () => false,
          );
          const now = await restart(keytar).get('acme');
          expect(done ? [crash.value] : [old, crash.value]).toContain(now);
          old = now;
        }
        // The next write that lives clears what all the dead ones left.
        await restart(keytar).set('acme', last);
        const clean = createFakeKeytar();
        await createSplitItems(itemsOf(clean)).set('acme', last);
        expect(keytar.items.size).toBe(clean.items.size);
        await restart(keytar).delete('acme');
        expect([...keytar.items]).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});

test('every step of replacing a large value by a large one can be the last', async () => {
  const [old, next] = ['o'.repeat(20_000), 'n'.repeat(15_000)];
  const seen = new Set<string | null>();
  for (let death = 0; ; death++) {
    const keytar = createFakeKeytar();
    await createSplitItems(itemsOf(keytar)).set('acme', old);
    keytar.dieAt(death);
    await restartless(keytar, next);
    const now = await restart(keytar).get('acme');
    expect([old, next]).toContain(now);
    seen.add(now);
    if (keytar.steps < death) break;
  }
  expect(seen).toEqual(new Set([old, next]));

  async function restartless(keytar: FakeKeytar, text: string) {
    await createSplitItems(itemsOf(keytar))
      .set('acme', text)
      .catch(() => undefined);
  }
});

test('a write that fails at any step is made good by the next one of the same process', async () => {
  for (let death = 0; death < 40; death++) {
    const keytar = createFakeKeytar();
    const split = createSplitItems(itemsOf(keytar));
    await split.set('acme', 'o'.repeat(5_000));
    keytar.dieAt(death);
    await split.set('acme', 'n'.repeat(20_000)).catch(() => undefined);
    keytar.heal();
    expect(['o'.repeat(5_000), 'n'.repeat(20_000)]).toContain(await split.get('acme'));
    await split.set('acme', 'last');
    expect(await split.get('acme')).toBe('last');
    expect([...keytar.items.keys()]).toEqual(['acme']);
  }
});

test('a deletion killed at any step leaves the value or none, and the next one clears the rest', async () => {
  for (let death = 0; death < 40; death++) {
    const keytar = createFakeKeytar();
    const text = 'x'.repeat(20_000);
    await createSplitItems(itemsOf(keytar)).set('acme', text);
    const split = restart(keytar);
    keytar.dieAt(death);
    await split.delete('acme').catch(() => undefined);
    expect([text, null]).toContain(await restart(keytar).get('acme'));
    await restart(keytar).delete('acme');
    expect([...keytar.items]).toEqual([]);
  }
});

test('no item exceeds 2,400 bytes of UTF-8', async () => {
  const keytar = createFakeKeytar();
  const split = createSplitItems(itemsOf(keytar));
  for (const unit of ['a', 'é', '€', '😀', '\ud800']) {
    await split.set('acme', unit.repeat(7_001));
    for (const item of keytar.items.values())
      expect(Buffer.byteLength(item)).toBeLessThanOrEqual(2_400);
  }
});

test('a small value takes one item, read by one call and replaced by one', async () => {
  const keytar = createFakeKeytar();
  const split = createSplitItems(itemsOf(keytar));
  await split.set('acme', 'one');
  expect([...keytar.items.keys()]).toEqual(['acme']);
  let before = keytar.steps;
  await split.set('acme', 'two');
  expect(keytar.steps - before).toBe(1);
  before = keytar.steps;
  await split.get('acme');
  expect(keytar.steps - before).toBe(1);
});

test.each([
  ['a part is missing', (items: Map<string, string>) => items.delete('acme/a/2')],
  ['a part was changed', (items: Map<string, string>) => items.set('acme/a/1', 'x'.repeat(2_400))],
  ['the head is not ours', (items: Map<string, string>) => items.set('acme', 'hunter2')],
])('where %s the secret is damaged, until it is written again', async (_case, damage) => {
  const keytar = createFakeKeytar();
  const split = createSplitItems(itemsOf(keytar));
  await split.set('acme', 's'.repeat(9_000));
  damage(keytar.items);
  await expect(split.get('acme')).rejects.toMatchObject({
    code: 'secret_damaged',
    hint: expect.stringContaining('keyfob login acme'),
  });
  await restart(keytar).set('acme', 'new');
  expect(await split.get('acme')).toBe('new');
  expect(keytar.items.size).toBe(1);
});

test('keys do not meet', async () => {
  const keytar = createFakeKeytar();
  const split = createSplitItems(itemsOf(keytar));
  await split.set('acme', 'a'.repeat(5_000));
  await split.set('acme.eu', 'b'.repeat(5_000));
  await split.delete('acme');
  expect(await split.get('acme.eu')).toBe('b'.repeat(5_000));
});
