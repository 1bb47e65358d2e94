import { once } from 'node:events';
import { Agent, request as httpRequest, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { prepareJson, send } from '../../../../main/endpoint/answers.ts';
import { readJsonBody } from '../../../../main/endpoint/body.ts';
import { openEndpoint, requestBytes, sendBytes } from '../../../support/endpoint-stage.ts';

const answer = prepareJson(200, { fine: true });
const keepAlive = { Connection: 'keep-alive' };

/** Ends with the peer's hanging up. */
async function hungUp(socket: string, bytes: string): Promise<string> {
  const connection = connect(socket);
  let text = '';
  connection.on('data', (part) => {
    text += part;
  });
  connection.on('error', () => {});
  connection.write(bytes);
  await new Promise((resolve) => connection.on('close', resolve));
  return text;
}

test('a client that never says anything is hung up on', async () => {
  const { socket } = await openEndpoint(() => {}, { headersTimeoutMs: 40, checkEveryMs: 10 });
  expect(await hungUp(socket, '')).toContain('408');
});

test('headers that drip in are given up on', async () => {
  const { socket } = await openEndpoint(() => {}, { headersTimeoutMs: 40, checkEveryMs: 10 });
  expect(await hungUp(socket, 'GET / HTTP/1.1\r\nHost: loc')).toContain('408');
});

test('a body that never comes is given up on', async () => {
  const { socket } = await openEndpoint(
    (request, response) => {
      readJsonBody(request).then(
        () => send(response, answer),
        () => {},
      );
    },
    { headersTimeoutMs: 40, requestTimeoutMs: 60, checkEveryMs: 10 },
  );
  const headers = { ...keepAlive, 'Content-Length': '10' };
  // The request has begun to be answered, so that nothing but hanging up is left.
  expect(await hungUp(socket, requestBytes('/', headers, { method: 'POST', body: '{' }))).toBe('');
});

test('an idle connection is closed after its time', async () => {
  const { socket } = await openEndpoint((_request, response) => send(response, answer), {
    keepAliveTimeoutMs: 40,
    checkEveryMs: 10,
  });
  expect(await hungUp(socket, requestBytes('/', keepAlive))).toContain('{"fine":true}');
});

test('a connection serves a limited number of requests', async () => {
  const { socket } = await openEndpoint((_request, response) => send(response, answer), {
    requestsPerConnection: 1,
  });
  const text = await hungUp(socket, requestBytes('/', keepAlive) + requestBytes('/'));
  expect(text.match(/HTTP\/1\.1 \d+|Connection: close/g)).toEqual([
    'HTTP/1.1 200',
    'Connection: close',
    'HTTP/1.1 503',
    'Connection: close',
  ]);
});

test('more connections than allowed are turned away, and the first ones keep working', async () => {
  const { socket } = await openEndpoint((_request, response) => send(response, answer), {
    connections: 2,
  });
  const first = [connect(socket), connect(socket)];
  for (const connection of first) {
    connection.write(requestBytes('/', keepAlive));
    await once(connection, 'data');
  }
  expect(await hungUp(socket, requestBytes('/'))).toBe('');
  for (const connection of first) {
    connection.write(requestBytes('/', keepAlive));
    const [data] = await once(connection, 'data');
    expect(String(data)).toContain('{"fine":true}');
    connection.destroy();
  }
});

test('garbage after a request does not end up in the midst of its answer', async () => {
  const responses: ServerResponse[] = [];
  const { socket } = await openEndpoint((_request, response) => {
    responses.push(response);
    response.write('begun');
  });
  const connection = connect(socket);
  connection.write(requestBytes('/', keepAlive));
  await once(connection, 'data');
  let rest = '';
  connection.on('data', (part) => {
    rest += part;
  });
  connection.write('garbage\r\n\r\n');
  await once(connection, 'close');
  expect(rest).toBe('');
});

test('a client may wait for leave to send its body', async () => {
  const { socket } = await openEndpoint((request, response) => {
    readJsonBody(request).then((value) => send(response, prepareJson(200, { value })));
  });
  const request = httpRequest({
    socketPath: socket,
    method: 'POST',
    headers: { host: 'localhost', expect: '100-continue', 'content-length': '7' },
  });
  await once(request, 'continue');
  request.end('{"a":1}');
  const [response] = await once(request, 'response');
  expect(String(await response.toArray())).toBe('{"value":{"a":1}}');
});

test('once it stops, it answers what is in flight and sends newcomers away', async () => {
  const waiting: ServerResponse[] = [];
  const { server, socket } = await openEndpoint((_request, response) => {
    waiting.push(response);
    arrived.resolve();
  });
  const arrived = Promise.withResolvers<void>();
  const inFlight = sendBytes(socket, requestBytes('/'));
  await arrived.promise;

  server.refuseNew();
  let idle = false;
  const becameIdle = server.idle().then(() => {
    idle = true;
  });
  const newcomer = await sendBytes(socket, requestBytes('/', keepAlive));
  expect(newcomer.status).toBe(503);
  expect(JSON.parse(newcomer.body).code).toBe('helper_stopping');
  expect(idle).toBe(false);

  for (const response of waiting) send(response, answer);
  expect((await inFlight).body).toBe('{"fine":true}');
  await becameIdle;
});

test('idle connections do not keep it from closing', async () => {
  const { server, socket } = await openEndpoint((_request, response) => send(response, answer));
  const agent = new Agent({ keepAlive: true });
  const request = httpRequest({ socketPath: socket, agent, headers: { host: 'localhost' } });
  request.end();
  const [response] = await once(request, 'response');
  await response.toArray();
  await server.idle();
  await expect(server.close()).resolves.toBeUndefined();
  agent.destroy();
});

test('a client that hangs up before its answer counts as answered', async () => {
  const arrived = Promise.withResolvers<void>();
  const { server, socket } = await openEndpoint(() => arrived.resolve());
  const connection = connect(socket);
  connection.write(requestBytes('/'));
  await arrived.promise;
  connection.destroy();
  await expect(server.idle()).resolves.toBeUndefined();
});
