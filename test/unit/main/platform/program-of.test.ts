import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { nameOf, peerIn } from '../../../../main/platform/program-of.ts';

const table = `u_str ESTAB 0      0      /run/user/1000/keyfob/helper.sock 4001             * 4002 users:(("node",pid=10,fd=20))
u_str ESTAB 0      0                                           * 4002             * 4001 users:(("curl",pid=77,fd=5))
u_str ESTAB 0      0      /run/user/1000/keyfob/helper.sock 4003             * 4004 users:(("node",pid=10,fd=21))
u_str ESTAB 0      0                                           * 4004             * 4003 users:(("a) evil",pid=1,fd=1",pid=78,fd=5))
u_str ESTAB 0      0      /run/user/1000/keyfob/helper.sock 4005             * 4006 users:(("node",pid=10,fd=22))
u_str ESTAB 0      0                                           * 4006             * 4005
u_str ESTAB 0      0      /run/user/1000/keyfob/helper.sock 4007             * 4008 users:(("node",pid=10,fd=23))
u_str ESTAB 0      0                                           * 4008             * 4007 users:(("sh",pid=80,fd=3),("aws",pid=81,fd=3))
u_dgr UNCONN 0     0                                           * 40010            * 0    users:(("x",pid=9,fd=1))
`;

test.each([
  ['4001', 77],
  ['4005', undefined],
  ['400', undefined],
  ['9999', undefined],
])('the peer of socket %s is process %s', (inode, pid) => {
  expect(peerIn(table, inode)).toBe(pid);
});

test('a socket that several hold is nobody’s in particular, nor one with a name that lies', () => {
  expect(peerIn(table, '4007')).toBeUndefined();
  expect(peerIn(table, '4003')).toBeUndefined();
});

test.runIf(process.platform === 'linux')(
  'a program on Node goes by its executable, not by what Node calls its first thread',
  async () => {
    expect(await nameOf(process.pid)).toBe(basename(process.execPath));
  },
);
