import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createClientOf } from '../../../../main/endpoint/client.ts';

/** A request on a connection; the same socket for the same object. */
const request = (socket: object, userAgent?: string) =>
  ({ socket, headers: { 'user-agent': userAgent } }) as unknown as IncomingMessage;

test.each([
  ['curl/8.5.0', 'curl'],
  ['aws-cli/2.9.19 Python/3.11', 'aws-cli'],
  ['Boto3', 'Boto3'],
  [undefined, 'a local program'],
  ['', 'a local program'],
  ['<script>alert(1)</script>', 'a local program'],
  [`${'x'.repeat(65)}/1`, 'a local program'],
  ['x\u202Ey/1', 'a local program'],
  ['keyfob', 'keyfob'],
  ['keyfob (started by aws)', 'keyfob (started by aws)'],
  ['keyfob (started by a b)', 'keyfob'],
  ['curl (started by aws)', 'curl'],
])('%j calls itself %s', (userAgent, name) => {
  expect(createClientOf(undefined)(request({}, userAgent)).name).toBe(name);
});

test('a connection is asked about once, and only when somebody wants to know', async () => {
  const asked: object[] = [];
  const clientOf = createClientOf(async (socket) => {
    asked.push(socket);
    return 'terraform';
  });
  const socket = {};
  const client = clientOf(request(socket, 'curl/8'));
  expect(clientOf(request(socket, 'other/1'))).toBe(client);
  expect(asked).toEqual([]);
  expect(await client.program()).toBe('terraform');
  expect(await client.program()).toBe('terraform');
  expect(asked).toEqual([socket]);
});

test('where the platform does not tell, nobody makes it up', async () => {
  expect(await createClientOf(undefined)(request({}, 'curl/8')).program()).toBeUndefined();
});
