import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellText } from '../../../shared/shell-words.ts';

const awkward = `it's "so" \\ $HOME \`id\` ‘’ ;`;

test('each shell gets its own words, and what is not to be there goes first', () => {
  const change = { set: { A: '1', B: "it's" }, unset: ['C', 'D'] };
  expect(shellText(change, 'sh')).toBe("unset C D\nexport A='1'\nexport B='it'\\''s'\n");
  expect(shellText(change, 'fish')).toBe("set -e C D\nset -gx A '1'\nset -gx B 'it\\'s'\n");
  expect(shellText(change, 'powershell')).toBe(
    "Remove-Item -ErrorAction SilentlyContinue Env:C, Env:D\n$Env:A = '1'\n$Env:B = 'it''s'\n",
  );
});

test('nothing is said about what needs no change', () => {
  expect(shellText({ set: {}, unset: [] }, 'sh')).toBe('');
});

test('sh reads back what was meant, whatever is in it', () => {
  const text = shellText({ set: { A: awkward }, unset: ['B'] }, 'sh');
  const said = execFileSync('sh', ['-c', `${text}printf '%s|%s' "$A" "\${B-gone}"`], {
    env: { B: 'there' },
  });
  expect(said.toString()).toBe(`${awkward}|gone`);
});
