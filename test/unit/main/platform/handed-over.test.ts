import { expect, test } from 'vitest';
import { takeHandedOver } from '../../../../main/platform/handed-over.ts';

test('the one socket meant for this process is taken, and no child hears of it', () => {
  const env = { LISTEN_FDS: '1', LISTEN_PID: '42', LISTEN_FDNAMES: 'keyfob', HOME: '/home/me' };
  expect(takeHandedOver(env, 42)).toBe(3);
  expect(env).toEqual({ HOME: '/home/me' });
});

test('one that was meant for a parent is not ours', () => {
  const env = { LISTEN_FDS: '1', LISTEN_PID: '41' };
  expect(takeHandedOver(env, 42)).toBeUndefined();
  expect(env).toEqual({});
});

test('without a service manager there is none', () => {
  expect(takeHandedOver({}, 42)).toBeUndefined();
});

test.each(['2', '0', 'many'])('%s sockets are refused', (count) => {
  const take = () => takeHandedOver({ LISTEN_FDS: count, LISTEN_PID: '42' }, 42);
  expect(take).toThrow(expect.objectContaining({ code: 'socket_unusable' }));
});
