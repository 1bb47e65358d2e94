import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CliContext } from '../../../../../main/cli/context.ts';
import { type Change, installInto, removeFrom } from '../../../../../main/cli/edits/edits.ts';
import { createStyle } from '../../../../../main/cli/text/style.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyfob-edits-'));
  path = join(folder, 'config');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Ours is one line at the end. */
const install: Change = (text) =>
  (text ?? '').includes('ours\n') ? (text ?? '') : `${text ?? ''}ours\n`;
const remove: Change = (text) => (text ?? '').replace('ours\n', '');

function person(answer: boolean | undefined) {
  const asked: string[] = [];
  let shown = '';
  const context = {
    errStyle: createStyle(false),
    err: (text: string) => {
      shown += text;
    },
    confirm: async (question: string) => {
      asked.push(question);
      return answer;
    },
  } as unknown as CliContext;
  return { context, asked, shown: () => shown };
}

test('the change is shown and asked about before it is made', async () => {
  writeFileSync(path, 'a\n');
  const { context, asked, shown } = person(true);
  expect(await installInto(path, install, context, { yes: false })).toBe(true);
  expect(asked).toEqual(['Write this?']);
  expect(shown()).toContain(`--- ${path}\n+++ ${path}\n@@ -1,1 +1,2 @@\n a\n+ours\n`);
  expect(readFileSync(path, 'utf8')).toBe('a\nours\n');
});

test.each([
  [false, 'to be asked again'],
  [undefined, '--yes'],
] as const)(
  'an answer of %s leaves the file as it was, and no copy beside it',
  async (answer, hint) => {
    writeFileSync(path, 'a\n');
    await expect(
      installInto(path, install, person(answer).context, { yes: false }),
    ).rejects.toMatchObject({
      code: 'refused',
      hint: expect.stringContaining(hint),
    });
    expect(readFileSync(path, 'utf8')).toBe('a\n');
    expect(readdirSync(folder)).toEqual(['config']);
  },
);

test('nothing to change is nothing asked', async () => {
  writeFileSync(path, 'ours\n');
  const { context, asked } = person(undefined);
  expect(await installInto(path, install, context, { yes: false })).toBe(false);
  expect(await removeFrom(join(folder, 'none'), { install, remove }, context, { yes: false })).toBe(
    false,
  );
  expect(asked).toEqual([]);
});

test('taken back, the file is what it was, even where the change had written it anew', async () => {
  writeFileSync(path, 'a   # odd\n');
  const tidy: Change = async (text) => (await install(text)).replace('   #', ' #');
  await installInto(path, tidy, person(undefined).context, { yes: true });
  expect(readFileSync(path, 'utf8')).toBe('a # odd\nours\n');
  await removeFrom(path, { install: tidy, remove }, person(undefined).context, { yes: true });
  expect(readFileSync(path, 'utf8')).toBe('a   # odd\n');
});

test('a text that had ours in it already is not the one from before', async () => {
  const asNow: Change = (text) => (text ?? '').replace(/ours.*\n|$/, 'ours anew\n');
  const gone: Change = (text) => (text ?? '').replace(/ours.*\n/, '');
  writeFileSync(path, 'a   # odd\n');
  const { context } = person(undefined);
  await installInto(path, (text) => `${text}ours\n`, context, { yes: true });
  await installInto(path, asNow, context, { yes: true });
  await removeFrom(path, { install: asNow, remove: gone }, context, { yes: true });
  expect(readFileSync(path, 'utf8')).toBe('a   # odd\n');
  expect(await removeFrom(path, { install: asNow, remove: gone }, context, { yes: true })).toBe(
    false,
  );
});

test('tabs are shown as they are, and what would move the cursor is not', async () => {
  writeFileSync(path, '\ta\u001b[2J\n');
  const { context, shown } = person(undefined);
  await installInto(path, install, context, { yes: true });
  expect(shown()).toContain(' \ta\ufffd[2J\n+ours\n');
});

test('what somebody added meanwhile stays', async () => {
  writeFileSync(path, 'a\n');
  await installInto(path, install, person(undefined).context, { yes: true });
  writeFileSync(path, 'a\nours\ntheirs\n');
  await removeFrom(path, { install, remove }, person(undefined).context, { yes: true });
  expect(readFileSync(path, 'utf8')).toBe('a\ntheirs\n');
});

test('a file that there was not is gone again', async () => {
  await installInto(path, install, person(undefined).context, { yes: true });
  const { context, shown } = person(undefined);
  await removeFrom(path, { install, remove }, context, { yes: true });
  expect(shown()).toContain('(no file any more)');
  expect(existsSync(path)).toBe(false);
});
