import { expect, test } from 'vitest';
import { resolvePlaces } from '../../../shared/places.ts';

const home = '/home/me';

test('Linux has its folders where XDG says', () => {
  const env = { XDG_STATE_HOME: '/state', XDG_RUNTIME_DIR: '/run/user/7' };
  expect(resolvePlaces(env, 'linux', home)).toEqual({
    state: '/state/keyfob',
    log: '/state/keyfob/log',
    socket: '/run/user/7/keyfob/helper.sock',
  });
  expect(resolvePlaces({}, 'linux', home)).toEqual({
    state: '/home/me/.local/state/keyfob',
    log: '/home/me/.local/state/keyfob/log',
    socket: '/home/me/.local/state/keyfob/helper.sock',
  });
});

test('a relative XDG folder, of which command and helper would make different ones, does not count', () => {
  const env = { XDG_STATE_HOME: 'state', XDG_RUNTIME_DIR: './run' };
  expect(resolvePlaces(env, 'linux', home)).toEqual(resolvePlaces({}, 'linux', home));
});

test('KEYFOB_HOME holds everything, and KEYFOB_SOCK moves the socket alone', () => {
  const env = { KEYFOB_HOME: '/mine', XDG_RUNTIME_DIR: '/run/user/7' };
  const inside = { state: '/mine', log: '/mine/log', socket: '/mine/helper.sock' };
  expect(resolvePlaces(env, 'linux', home)).toEqual(inside);
  expect(resolvePlaces({ ...env, KEYFOB_SOCK: '/tmp/s' }, 'darwin', home)).toEqual({
    ...inside,
    socket: '/tmp/s',
  });
});

test('a pipe on Windows is told by its user, and by a KEYFOB_HOME of its own', () => {
  const env = { USERNAME: 'Ada L', LOCALAPPDATA: 'C:\\Local' };
  expect(resolvePlaces(env, 'win32', 'C:\\Users\\ada')).toEqual({
    state: 'C:\\Local\\Keyfob',
    log: 'C:\\Local\\Keyfob\\Log',
    socket: '\\\\.\\pipe\\keyfob-Ada_L',
  });
  const { socket } = resolvePlaces({ ...env, KEYFOB_HOME: 'D:\\k' }, 'win32', 'C:\\Users\\ada');
  expect(socket).toBe('\\\\.\\pipe\\keyfob-Ada_L-D__k');
});
