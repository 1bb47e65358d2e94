import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textDiff } from '../../../shared/text-diff.ts';

test('shows what is changed, with the lines around it', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
  const after = 'a\nb\nc\nd\nE\nf\ng\nh\n';
  expect(textDiff(before, after)).toBe('@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n');
  expect(textDiff(before, after, 0)).toBe('@@ -5,1 +5,1 @@\n-e\n+E\n');
});

test('changes far apart are hunks of their own', () => {
  const lines = Array.from({ length: 30 }, (_, index) => `${index}`);
  const changed = lines.map((line) => (line === '2' || line === '27' ? `${line}!` : line));
  const diff = textDiff(`${lines.join('\n')}\n`, `${changed.join('\n')}\n`, 1);
  expect(diff.match(/^@@.*@@$/gm)).toEqual(['@@ -2,3 +2,3 @@', '@@ -27,3 +27,3 @@']);
});

test('a new file is all added, one that goes is all removed, the same is nothing', () => {
  expect(textDiff(null, 'a\n')).toBe('@@ -0,0 +1,1 @@\n+a\n');
  expect(textDiff('a\n', null)).toBe('@@ -1,1 +0,0 @@\n-a\n');
  expect(textDiff('a\n', 'a\n')).toBe('');
});

test('a newline that is missing at the end is told', () => {
  expect(textDiff('a', 'a\n')).toBe('@@ -1,2 +1,1 @@\n a\n-\\ No newline at end of file\n');
});

test('what is kept and removed is the old text, what is kept and added the new one', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });
  fc.assert(
    fc.property(text, text, (old, fresh) => {
      const join = (lines: string[]) => lines.map((line) => `${line}\n`).join('');
      const lines = textDiff(join(old), join(fresh), 99).split('\n').slice(0, -1);
      const of = (signs: string) =>
        lines.filter((line) => signs.includes(line[0] ?? '')).map((line) => line.slice(1));
      if (join(old) !== join(fresh)) expect([of(' -'), of(' +')]).toEqual([old, fresh]);
      else expect(lines).toEqual([]);
    }),
  );
});

test('texts of which every line differs, too many to compare, are replaced at once', () => {
  const many = (start: string) =>
    Array.from({ length: 3_000 }, (_, i) => `${start}${i}\n`).join('');
  const diff = textDiff(many('a'), many('b'));
  expect(diff.startsWith('@@ -1,3000 +1,3000 @@\n-a0\n-a1\n')).toBe(true);
  expect(diff.endsWith('+b2999\n')).toBe(true);
});

test('of a long text, only what is changed is shown, however far apart', () => {
  const lines = Array.from({ length: 6_000 }, (_, index) =>
    index % 4 === 3 ? 'the same' : `line ${index}`,
  );
  const changed = lines.filter((line) => line !== 'line 1' && line !== 'line 5998');
  changed.splice(3_000, 0, 'new');
  const join = (list: readonly string[]) => list.map((line) => `${line}\n`).join('');
  const diff = textDiff(join(lines), join(changed), 0);
  expect(diff.match(/^[-+].*$/gm)).toEqual(['-line 1', '+new', '-line 5998']);
});

test('a long text can be made of another one by its diff, whatever was moved', () => {
  const random = fc.sample(fc.integer({ min: 0, max: 2_400 }), { numRuns: 5_000, seed: 3 });
  const [old, fresh] = [random.slice(0, 2_500).map(String), random.slice(2_500).map(String)];
  const join = (list: readonly string[]) => list.map((line) => `${line}\n`).join('');
  const lines = textDiff(join(old), join(fresh), 9_999).split('\n').slice(1, -1);
  const of = (signs: string) =>
    lines.filter((line) => signs.includes(line[0] ?? '')).map((line) => line.slice(1));
  expect([of(' -'), of(' +')]).toEqual([old, fresh]);
  expect(of(' ').length).toBeGreaterThan(50);
});
