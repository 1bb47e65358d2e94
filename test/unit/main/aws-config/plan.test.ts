import { expect, test } from 'vitest';
import { putTogether, type Section, takeApart } from '../../../../main/aws-config/block.ts';
import { planText } from '../../../../main/aws-config/plan.ts';

const path = '/home/me/.aws/config';
const profile = (name: string, region: string): Section => ({
  header: `profile ${name}`,
  lines: [`region = ${region}`],
});
const plan = (text: string | null, sections: readonly Section[]) =>
  planText({ path, text, identity: `id ${text}` }, takeApart(text ?? '', path), sections);
const mine = '[default]\naws_secret_access_key = hunter2\n# tail\n';

test('the diff is of the block alone, in lines as the file has them', () => {
  const text = putTogether(takeApart(mine, path), [profile('a', 'x'), profile('b', 'x')]);
  const { diff, changes } = plan(text, [profile('b', 'y'), profile('c', 'x')]);
  expect(diff).toMatchInlineSnapshot(`
    "@@ -4,8 +4,8 @@
     # >>> keyfob profiles v1 >>>
     # Written by "keyfob config sync", which replaces all between these markers.
    -[profile a]
    -region = x
     [profile b]
    +region = y
    +[profile c]
     region = x
     # Profiles of your own go outside of the markers.
     # <<< keyfob profiles v1 <<<
    "
  `);
  expect(changes).toEqual({ added: ['c'], changed: ['b'], removed: ['a'], unchanged: 0 });
});

test('a first sync adds, and the last one takes all away', () => {
  const added = plan(mine, [profile('a', 'x')]);
  expect(added.diff).not.toContain('hunter2');
  expect(added.diff.split('\n')[0]).toBe('@@ -3,0 +4,6 @@');
  expect(added.upToDate).toBe(false);
  const removed = plan(added.text, []);
  expect(removed.text).toBe(mine);
  expect(removed.changes).toEqual({ added: [], changed: [], removed: ['a'], unchanged: 0 });
});

test('where nothing is to be done, nothing is: no empty file, no empty block', () => {
  expect(plan(null, [])).toMatchObject({ upToDate: true, diff: '', text: '' });
  expect(plan(mine, [])).toMatchObject({ upToDate: true, diff: '', text: mine });
  const { text } = plan(mine, [profile('a', 'x')]);
  expect(plan(text, [profile('a', 'x')])).toMatchObject({
    upToDate: true,
    diff: '',
    changes: { added: [], changed: [], removed: [], unchanged: 1 },
  });
});

test('a secret that somebody has put into the block is not shown', () => {
  const { text } = plan('', [profile('a', 'x')]);
  const edited = text.replace(
    'region = x',
    'aws_secret_access_key = hunter2\nAWS_SESSION_TOKEN: hunter2',
  );
  const { diff } = plan(edited, [profile('a', 'x')]);
  expect(diff).toContain('-aws_secret_access_key = …');
  expect(diff).toContain('-AWS_SESSION_TOKEN: …');
  expect(diff).not.toContain('hunter2');
});

test('the hash stands for the file and for what would be written', () => {
  const hashes = [
    plan(mine, [profile('a', 'x')]),
    plan(mine, [profile('a', 'y')]),
    plan(`${mine}\n`, [profile('a', 'x')]),
    plan(mine, []),
  ].map(({ hash }) => hash);
  expect(new Set(hashes).size).toBe(4);
  expect(plan(mine, [profile('a', 'x')]).hash).toBe(hashes[0]);
});
