import { expect, test } from 'vitest';
import { canShow, notShown } from '../../support/can-show.ts';

test('what is there can be shown', () => {
  expect(canShow('nothing much')).toBe(true);
  expect(canShow('Node', 'node')).toBe(true);
});

test('what is missing is left out on a machine of somebody, or of another system', () => {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  expect(notShown('x', 'y', {}, 'linux', say)).toBe(false);
  expect(notShown('x', 'y', { CI: 'true' }, 'darwin', say)).toBe(false);
  expect(said).toEqual(['Not shown here, x: y.\n', 'Not shown here, x: y.\n']);
});

test('in continuous integration on Linux nothing is left out', () => {
  expect(() => notShown('the shells', 'fish is missing', { CI: 'true' }, 'linux')).toThrow(
    'Not shown here, the shells: fish is missing.',
  );
});

test('but what only root can show, where root comes later', () => {
  const env = { CI: 'true', KEYFOB_TEST_ROOT_LATER: '1' };
  expect(notShown('x', 'only root can', env, 'linux', () => {})).toBe(false);
  expect(() => notShown('x', 'sshd is missing', env, 'linux')).toThrow();
});
