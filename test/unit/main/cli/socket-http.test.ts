import { chmodSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { requestOverSocket, type SocketRequest } from '../../../../main/cli/socket-http.ts';
import { asNobody } from '../../../support/as-nobody.ts';
import { jsonAnswer, type RawServer, startRawServer } from '../../../support/raw-server.ts';

let server: RawServer | undefined;
afterEach(() => server?.close());

async function ask(answer: (connection: Socket) => void, request: Partial<SocketRequest> = {}) {
  server = await startRawServer(answer);
  return requestOverSocket({
    socket: server.socket,
    method: 'GET',
    path: '/v1/status',
    deadlineMs: 5_000,
    ...request,
  });
}

test('a request is plain HTTP/1.1 with a host, and asks for the connection to be closed', async () => {
  await ask((connection) => connection.end(jsonAnswer({})));
  expect(server?.requests).toEqual([
    'GET /v1/status HTTP/1.1\r\nHost: localhost\r\nUser-Agent: keyfob\r\nConnection: close\r\n\r\n',
  ]);
});

test('a request says which program it is for, where that is known', async () => {
  await ask((connection) => connection.end(jsonAnswer({})), { startedBy: 'aws' });
  expect(server?.requests[0]).toContain('\r\nUser-Agent: keyfob (started by aws)\r\n');
});

test('a body is sent as JSON with its length in bytes', async () => {
  await ask((connection) => connection.end(jsonAnswer({})), {
    method: 'POST',
    path: '/v1/commands/accounts.use',
    body: '{"account":"é"}',
  });
  expect(server?.requests[0]).toMatch(/^POST \/v1\/commands\/accounts\.use HTTP\/1\.1\r\n/);
  expect(server?.requests[0]).toContain('Content-Type: application/json\r\nContent-Length: 16\r\n');
  expect(server?.requests[0]?.endsWith('\r\n\r\n{"account":"é"}')).toBe(true);
});

test('an answer that comes byte by byte is read', async () => {
  const bytes = Buffer.from(jsonAnswer({ name: 'é' }));
  const answer = await ask((connection) => {
    connection.setNoDelay(true);
    const next = (at: number) => {
      connection.write(bytes.subarray(at, at + 1), () =>
        at + 1 < bytes.length ? setImmediate(next, at + 1) : undefined,
      );
    };
    next(0);
  });
  expect(answer.body).toBe('{"name":"é"}');
});

test('an answer is there although the helper leaves the connection open', async () => {
  const answer = await ask((connection) => connection.write(jsonAnswer({ a: 1 })));
  expect(answer.body).toBe('{"a":1}');
});

test('an answer that breaks off is truncated', async () => {
  const half = (connection: Socket) =>
    connection.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{');
  await expect(ask(half)).rejects.toMatchObject({ code: 'response_truncated' });
});

test.each<[string, (connection: Socket) => void]>([
  ['ends the connection', (connection) => connection.end()],
  ['is killed', (connection) => connection.destroy()],
])('a question to a helper that %s without a word may be asked again', async (_how, answer) => {
  await expect(ask(answer)).rejects.toMatchObject({
    code: 'no_helper',
    details: { startable: true },
  });
});

test('a command to a helper that goes away without a word is not repeated', async () => {
  const gone = (connection: Socket) => connection.destroy();
  await expect(ask(gone, { method: 'POST', body: '{}' })).rejects.toMatchObject({
    code: 'response_truncated',
  });
});

test('another program on the socket is told from a helper', async () => {
  const banner = (connection: Socket) => connection.write('220 mail ready\r\n');
  await expect(ask(banner)).rejects.toMatchObject({ code: 'response_invalid' });
});

test('a helper that does not answer is given up at the deadline', async () => {
  const silence = () => undefined;
  await expect(ask(silence, { deadlineMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
});

test('a helper that dribbles is given up at the deadline, too', async () => {
  let timer: NodeJS.Timeout | undefined;
  const dribble = (connection: Socket) => {
    connection.write('HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n');
    timer = setInterval(() => connection.write('x'), 5);
  };
  await expect(ask(dribble, { deadlineMs: 100 })).rejects.toMatchObject({ code: 'timeout' });
  clearInterval(timer);
});

test('an answer above the limit is refused', async () => {
  const long = (connection: Socket) => connection.write(jsonAnswer('x'.repeat(2_000)));
  await expect(ask(long, { maxBytes: 1_000 })).rejects.toMatchObject({
    code: 'response_too_large',
  });
});

test.skipIf(process.platform === 'win32')(
  'where nobody listens there is no helper, and starting one can mend it',
  async () => {
    server = await startRawServer(() => undefined);
    const file = join(server.folder, 'file');
    writeFileSync(file, '');
    const request = { method: 'GET', path: '/', deadlineMs: 1_000 } as const;
    for (const socket of [join(server.folder, 'missing'), file]) {
      await expect(requestOverSocket({ ...request, socket })).rejects.toMatchObject({
        code: 'no_helper',
        details: { startable: true, socket },
        hint: expect.stringContaining('keyfob daemon'),
      });
    }
  },
);

test.skipIf(process.platform === 'win32')(
  'a socket path that is too long is named, and starting a helper would not mend it',
  async () => {
    const socket = `/tmp/${'x'.repeat(120)}`;
    await expect(
      requestOverSocket({ socket, method: 'GET', path: '/', deadlineMs: 1_000 }),
    ).rejects.toMatchObject({
      code: 'no_helper',
      details: { startable: false },
      hint: expect.stringContaining('KEYFOB_SOCK'),
    });
  },
);

test.skipIf(process.platform === 'win32')(
  'a folder that we may not enter is named, with the cure for our own and for another',
  async () => {
    server = await startRawServer(() => undefined);
    chmodSync(server.folder, 0);
    const error = await asNobody(
      new URL('../../../../main/cli/socket-http.ts', import.meta.url),
      `const ask = { socket: ${JSON.stringify(server.socket)}, method: 'GET', path: '/', deadlineMs: 1000 };
      return imported.requestOverSocket(ask).catch(({ code, message, hint }) => ({ code, message, hint }));`,
    );
    chmodSync(server.folder, 0o700);
    expect(error).toEqual({
      code: 'no_helper',
      message: `The helper's socket ${server.socket} can't be reached: permission denied.`,
      hint: `If ${server.folder} is yours, run \`chmod 700 ${server.folder}\`. Otherwise run this as the user who started the helper, or set KEYFOB_SOCK.`,
    });
  },
);
