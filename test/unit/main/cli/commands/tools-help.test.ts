import { expect, test } from 'vitest';
import { runCli } from '../../../../support/cli.ts';

const lines = [
  'exec',
  'env',
  'console',
  'kube',
  'kube token',
  'kube install',
  'kube remove',
  'git',
  'git install',
  'git remove',
  'docker',
  'docker install',
  'docker remove',
];

test.each(lines)('the help of `keyfob %s` teaches, in 80 columns', async (line) => {
  const { code, out, err } = await runCli([...line.split(' '), '--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/Examples?:|Commands:/);
  expect(out).toContain('--no-autostart');
  expect(out.split('\n').filter((one) => one.length > 80)).toEqual([]);
});

test.each(['env', 'console', 'kube token'])('`keyfob %s` takes --json', async (line) => {
  expect((await runCli([...line.split(' '), '--help'])).out).toContain('--json');
});

test.each([
  'kube install a --cluster',
  'kube',
  'kube tokn',
  'git install host',
  'git instal a b',
  'docker install host',
  'docker remove',
  'env --shell tcsh',
])('`keyfob %s` is a wrong usage, and calls nobody', async (line) => {
  expect(await runCli(line.split(' '))).toMatchObject({ code: 2, out: '', calls: [] });
});

test.each([
  ['git install ftp://x corp/a'],
  ['git install http://git.example.com corp/a'],
  ['git install https://user@x corp/a'],
  ['docker install .x corp/a'],
])('`keyfob %s` names no server that will do', async (line) => {
  const { code, err } = await runCli(line.split(' '));
  expect({ line, code }).toEqual({ line, code: 2 });
  expect(err).toMatch(/^keyfob: .*\n {2}\S/);
});
