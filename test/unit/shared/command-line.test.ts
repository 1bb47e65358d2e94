import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandObstacle, quoteProgram } from '../../../shared/command-line.ts';

test.each([
  ['/opt/keyfob/keyfob', '"/opt/keyfob/keyfob"'],
  ['/opt/key fob/keyfob', '"/opt/key fob/keyfob"'],
  ["/home/o'neill/keyfob", `"/home/o'neill/keyfob"`],
  ['/opt/$HOME/keyfob', "'/opt/$HOME/keyfob'"],
  ["/opt/$o'neill/keyfob", `'/opt/$o'"'"'neill/keyfob'`],
  ['/opt/a #b/keyfob', '"/opt/a ""#b/keyfob"'],
  ['/opt/$a ;b/keyfob', "'/opt/$a '';b/keyfob'"],
])('%s is written as %s', (path, quoted) => {
  expect(quoteProgram(path, 'linux')).toBe(quoted);
});

test('on Windows a path keeps its backslashes and dollars', () => {
  const path = 'C:\\Program Files (x86)\\Key$fob\\keyfob.exe';
  expect(quoteProgram(path, 'win32')).toBe(`"${path}"`);
});

test('any path is one word, the same to a shell and to shlex, and no comment begins in it', () => {
  const path = fc.string({
    unit: fc.constantFrom(...'ab/ $`"\\\'#;!%*?~(){}[]<>|&=^é'),
    minLength: 1,
    maxLength: 20,
  });
  const paths = fc.sample(path, { numRuns: 300, seed: 7 });
  const lines = paths.map((text) => quoteProgram(text, 'linux'));
  for (const line of lines) expect(line).not.toMatch(/\s[#;]/);
  const shell = execFileSync('sh', ['-c', `printf '%s\\0' ${lines.join(' ')}`], {
    encoding: 'utf8',
  });
  expect(shell.split('\0').slice(0, -1)).toEqual(paths);
  const python = 'import json, shlex, sys; print(json.dumps(shlex.split(sys.stdin.read())))';
  const shlex = execFileSync('python3', ['-c', python], {
    input: lines.join(' '),
    encoding: 'utf8',
    env: { ...process.env, PYTHONUTF8: '1' },
  });
  expect(JSON.parse(shlex)).toEqual(paths);
});

test.each([
  ['"/opt/é/keyfob"', undefined],
  ['"/opt/100%/a%b%/keyfob"', undefined],
  ['keyfob', undefined],
  ['"C:\\Program Files\\Keyfob\\keyfob.exe"', undefined],
  ['"C:\\50%\\keyfob.exe"', undefined],
  ['"C:\\%TEMP%\\keyfob.exe"', 'Windows'],
  ['"C:\\José\\keyfob.exe"', 'alike'],
  ['"\\\\server\\José\\keyfob.exe"', 'alike'],
  ['"/opt/a\nb/keyfob"', 'control'],
])('%j as a command: %s', (command, words) => {
  const obstacle = commandObstacle(command);
  if (words === undefined) expect(obstacle).toBeUndefined();
  else expect(obstacle).toContain(words);
});
