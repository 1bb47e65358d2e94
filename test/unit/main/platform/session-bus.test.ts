import { expect, test } from 'vitest';
import { sessionBusPaths } from '../../../../main/platform/session-bus.ts';
import {
  encodeCall,
  readBooleanVariant,
  readString,
  takeMessage,
} from '../../../../main/platform/session-bus-message.ts';

/** A method return as a service sends it: to `serial` 7, with sender, signature `o` and a body. */
function reply(body: Buffer): Buffer {
  const fields = Buffer.concat([
    Buffer.from([5, 1, 0x75, 0, 7, 0, 0, 0]),
    Buffer.from([8, 1, 0x67, 0, 1, 0x6f, 0, 0]),
    Buffer.from([7, 1, 0x73, 0, 4, 0, 0, 0]),
    Buffer.from(':1.5\0'),
  ]);
  const head = Buffer.alloc(16);
  head.set([0x6c, 2, 1, 1]);
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(3, 8);
  head.writeUInt32LE(fields.length, 12);
  const pad = Buffer.alloc((8 - ((16 + fields.length) % 8)) % 8);
  return Buffer.concat([head, fields, pad, body]);
}

const path = '/org/freedesktop/secrets/collection/login';
const pathBody = Buffer.concat([Buffer.from([path.length, 0, 0, 0]), Buffer.from(`${path}\0`)]);

test('a reply is taken only once all of it has come, and what follows it stays', () => {
  const bytes = Buffer.concat([reply(pathBody), Buffer.from('next')]);
  for (let length = 0; length < bytes.length - 4; length++) {
    expect(takeMessage(bytes.subarray(0, length))).toBeUndefined();
  }
  const taken = takeMessage(bytes);
  expect(taken?.rest.toString()).toBe('next');
  expect(taken?.value).toMatchObject({ type: 'return', replySerial: 7 });
  expect(taken && readString(taken.value)).toBe(path);
});

test('a variant that holds a boolean is read, another is refused', () => {
  const body = (bytes: number[]) => ({
    type: 'return' as const,
    replySerial: 1,
    littleEndian: true,
    body: Buffer.from(bytes),
  });
  expect(readBooleanVariant(body([1, 0x62, 0, 0, 1, 0, 0, 0]))).toBe(true);
  expect(readBooleanVariant(body([1, 0x62, 0, 0, 0, 0, 0, 0]))).toBe(false);
  expect(() => readBooleanVariant(body([1, 0x73, 0, 0, 0, 0, 0, 0]))).toThrow();
});

test('a message of unreasonable size is refused before it is waited for', () => {
  const bytes = reply(pathBody);
  bytes.writeUInt32LE(2 ** 27, 4);
  expect(() => takeMessage(bytes)).toThrow('too much');
});

test('a call is laid out as the specification says', () => {
  const bytes = encodeCall(
    { destination: 'a.b', path: '/p', interface: 'i.f', member: 'M', strings: ['x', 'yz'] },
    9,
  );
  expect(bytes.subarray(0, 4)).toEqual(Buffer.from([0x6c, 1, 2, 1]));
  // "x" at 0, then padding to 8, then "yz".
  const body = Buffer.from([1, 0, 0, 0, 0x78, 0, 0, 0, 2, 0, 0, 0, 0x79, 0x7a, 0]);
  expect(bytes.readUInt32LE(4)).toBe(body.length);
  expect(bytes.readUInt32LE(8)).toBe(9);
  expect(bytes.subarray(-body.length)).toEqual(body);
  expect((bytes.length - body.length) % 8).toBe(0);
  expect(bytes.includes('\x08\x01g\0\x02ss\0')).toBe(true);
});

test.each([
  [{}, []],
  [{ XDG_RUNTIME_DIR: '/run/user/1' }, ['/run/user/1/bus']],
  [{ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/tmp/a%20b,guid=1f' }, ['/tmp/a b']],
  [
    { DBUS_SESSION_BUS_ADDRESS: 'tcp:host=x;unix:abstract=/tmp/x;unix:path=/y' },
    ['\0/tmp/x', '/y'],
  ],
  [{ DBUS_SESSION_BUS_ADDRESS: 'autolaunch:' }, []],
])('the buses of %j are %j', (env, paths) => {
  expect(sessionBusPaths(env)).toEqual(paths);
});
