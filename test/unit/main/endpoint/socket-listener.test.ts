import { createServer, type RequestListener } from 'node:http';
import { createServer as createNetServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createGuard } from '../../../../main/endpoint/guard.ts';
import { createEndpointServer } from '../../../../main/endpoint/server.ts';
import { listenOnSocket } from '../../../../main/endpoint/socket-listener.ts';
import { createClock } from '../../../../main/platform/clock.ts';
import { createSockets } from '../../../../main/platform/sockets.ts';
import { temporaryFolder } from '../../../support/endpoint-stage.ts';

const clock = createClock();

/** A socket's path, somebody who may listen there already, and a way to listen there ourselves. */
async function openPlace(occupant?: Server) {
  const path = join(await temporaryFolder(), 'helper.sock');
  if (occupant !== undefined) {
    await new Promise<void>((resolve) => void occupant.listen(path, resolve));
    onTestFinished(() => void occupant.close());
  }
  const server = createEndpointServer(createGuard(['localhost']), () => {}, clock);
  onTestFinished(() => server.close());
  const deps = { server, sockets: createSockets(process.platform, []), clock, pid: process.pid };
  return {
    path,
    server,
    listen: (options = {}) => listenOnSocket(path, deps, options),
  };
}

/** A helper, as far as others can tell. */
function createPeer(answer: RequestListener): Server {
  return createServer(answer);
}

test('a free socket is taken', async () => {
  const { listen, server } = await openPlace();
  await listen();
  expect(server.http.listening).toBe(true);
});

test('a helper that runs is named', async () => {
  const peer = createPeer((_request, response) => response.end('{"pid":4711,"version":"9"}'));
  const { listen, path } = await openPlace(peer);
  await expect(listen()).rejects.toMatchObject({
    code: 'helper_running',
    message: `A helper is already running: pid 4711, ${path}.`,
    details: { pid: 4711, socket: path },
  });
});

test('a helper that is shutting down is waited for', async () => {
  let asked = 0;
  const peer = createPeer((_request, response) => {
    asked += 1;
    if (asked === 3) peer.close();
    response.writeHead(503, { Connection: 'close' }).end('{"code":"helper_stopping"}');
  });
  const { listen, server } = await openPlace(peer);
  await listen();
  expect(asked).toBe(3);
  expect(server.http.listening).toBe(true);
});

test('one that never gets done shutting down is given up on', async () => {
  const peer = createPeer((_request, response) => response.end('{"code":"helper_stopping"}'));
  const { listen } = await openPlace(peer);
  await expect(listen({ patienceMs: 60 })).rejects.toMatchObject({ code: 'socket_unusable' });
});

test('with leave to replace it, the helper that runs is asked to go, once', async () => {
  const requests: string[] = [];
  const peer = createPeer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (requests.length === 4) peer.close();
    response.setHeader('Connection', 'close').end('{"pid":4711}');
  });
  const { listen, server } = await openPlace(peer);
  await listen({ replace: true });
  expect(requests).toEqual([
    'GET /v1/status',
    'POST /v1/commands/shutdown',
    'GET /v1/status',
    'GET /v1/status',
  ]);
  expect(server.http.listening).toBe(true);
});

test('one that was asked to go and stays is named', async () => {
  const peer = createPeer((_request, response) => response.end('{"pid":4711}'));
  const { listen } = await openPlace(peer);
  await expect(listen({ replace: true, patienceMs: 60 })).rejects.toMatchObject({
    code: 'helper_running',
    details: { pid: 4711 },
  });
});

test.each<[string, Server]>([
  ['other HTTP', createPeer((_request, response) => response.end('<html>'))],
  ['other JSON', createPeer((_request, response) => response.end('[]'))],
  ['endless', createPeer((_request, response) => void response.write('x'.repeat(100_000)))],
  ['no HTTP', createNetServer((socket) => void socket.on('error', () => {}).end('220 hello\r\n'))],
])('a program that speaks %s is no helper, and is not asked to go', async (_, occupant) => {
  const { listen } = await openPlace(occupant);
  await expect(listen({ replace: true })).rejects.toMatchObject({
    code: 'socket_unusable',
    hint: expect.stringContaining('KEYFOB_SOCK'),
  });
});
