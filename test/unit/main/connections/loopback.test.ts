import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type CallbackListener, listenForCallback } from '../../../../main/connections/loopback.ts';
import { createFakePorts } from '../../../support/fake-ports.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

async function listen(): Promise<CallbackListener> {
  const listener = await listenForCallback(createFakePorts());
  onTestFinished(() => listener.close());
  return listener;
}

function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Sends raw bytes and returns whatever comes back until the connection ends. */
function raw(listener: CallbackListener, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = dial(listener);
    socket.setEncoding('latin1').on('data', (data: string) => {
      text += data;
    });
    socket.on('close', () => resolve(text));
    socket.write(bytes);
  });
}

function dial(listener: CallbackListener): Socket {
  const { hostname, port } = new URL(listener.redirectUri);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Sends the right callback and expects it to be taken. */
async function expectStillWaiting(listener: CallbackListener, state = 'right'): Promise<void> {
  const page = ask(`${listener.redirectUri}?code=good&state=${state}`);
  const callback = await listener.answer(state);
  expect(callback.code).toBe('good');
  await callback.respond('signed_in');
  expect((await page).status).toBe(200);
}

test('listens on an address literal, at a port of the system, under /oauth/callback', async () => {
  const { redirectUri } = await listen();
  expect(redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/);
});

test('listens where the provider insists on, and says so where that is taken', async () => {
  const taken = await listen();
  const { port } = new URL(taken.redirectUri);
  const wanted = `http://127.0.0.1:${port}/own/path`;
  await expect(listenForCallback(createFakePorts(), wanted)).rejects.toMatchObject({
    code: 'sign_in_failed',
    hint: expect.stringContaining('--device'),
  });
  await taken.close();
  const listener = await listenForCallback(createFakePorts(), wanted);
  onTestFinished(() => listener.close());
  expect(listener.redirectUri).toBe(wanted);
  const answer = listener.answer('right');
  expect(
    (await ask(`${wanted.replace('/own/path', '/oauth/callback')}?state=right&code=c`)).status,
  ).toBe(404);
  const page = ask(`${wanted}?state=right&code=c&iss=https://login.test`);
  const callback = await answer;
  expect(callback.parameters.get('iss')).toBe('https://login.test');
  await callback.respond('signed_in');
  expect((await page).status).toBe(200);
});

test('a name for this machine is kept as the provider knows it, with a port of the system', async () => {
  const listener = await listenForCallback(createFakePorts(), 'http://localhost/callback');
  onTestFinished(() => listener.close());
  expect(listener.redirectUri).toMatch(/^http:\/\/localhost:\d+\/callback$/);
});

test('the right state brings the code, and the page comes with the outcome', async () => {
  const listener = await listen();
  const page = ask(`${listener.redirectUri}?code=a%2Fb%3Fc&state=s%3F1`);
  const callback = await listener.answer('s?1');
  expect(callback.code).toBe('a/b?c');
  await callback.respond('signed_in');
  const { status, body } = await page;
  expect(status).toBe(200);
  expect(body).toContain('You are signed in');
});

test('an error with the right state is passed on', async () => {
  const listener = await listen();
  const page = ask(`${listener.redirectUri}?error=access_denied&state=right`);
  const callback = await listener.answer('right');
  expect(callback.error).toBe('access_denied');
  expect(callback.code).toBeUndefined();
  await callback.respond('denied');
  expect((await page).body).toContain('denied');
});

test.each([
  ['a wrong state', '?code=x&state=wrong', {}, 400],
  ['a state that only begins right', '?code=x&state=righ', {}, 400],
  ['no state', '?code=x', {}, 400],
  ['an empty state', '?code=x&state=', {}, 400],
  ['the state twice', '?code=x&state=right&state=right', {}, 400],
  ['neither code nor error', '?state=right', {}, 400],
  ['an empty code', '?code=&state=right', {}, 400],
  ['two codes', '?code=x&code=y&state=right', {}, 400],
  ['an error with a wrong state', '?error=access_denied&state=wrong', {}, 400],
  ['a foreign Host', '?code=x&state=right', { headers: { Host: 'evil.test' } }, 400],
  ['localhost as Host', '?code=x&state=right', { headers: { Host: 'localhost' } }, 400],
  ['POST', '?code=x&state=right', { method: 'POST' }, 405],
  ['HEAD', '?code=x&state=right', { method: 'HEAD' }, 405],
  ['OPTIONS', '?code=x&state=right', { method: 'OPTIONS' }, 405],
  ['a longer path', '/more?code=x&state=right', {}, 404],
] as const)('%s never ends the sign-in', async (_name, suffix, options, status) => {
  const listener = await listen();
  void listener.answer('right');
  const answer = await ask(`${listener.redirectUri}${suffix}`, options);
  expect(answer.status).toBe(status);
  await expectStillWaiting(listener);
});

test.each([
  '/',
  '/favicon.ico',
  '/oauth/callback/',
  '//oauth/callback?code=x&state=right',
  '/OAUTH/CALLBACK?code=x&state=right',
])('the path %s never ends the sign-in', async (path) => {
  const listener = await listen();
  void listener.answer('right');
  const { port } = new URL(listener.redirectUri);
  const answer = await raw(listener, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  expect(answer).toContain('HTTP/1.1 404');
  await expectStillWaiting(listener);
});

test.each([
  ['garbage bytes', Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff, 0x00, 0x0a, 0x0d, 0x0a])],
  ['half a line of text', 'hello\r\n\r\n'],
  [
    'headers above 16 KiB',
    `GET /oauth/callback?code=x&state=right HTTP/1.1\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
  ],
  ['no Host at all', 'GET /oauth/callback?code=x&state=right HTTP/1.1\r\n\r\n'],
  ['HTTP/1.0 without Host', 'GET /oauth/callback?code=x&state=right HTTP/1.0\r\n\r\n'],
  [
    'an absolute target',
    'GET http://evil.test/oauth/callback?code=x&state=right HTTP/1.1\r\nHost: evil.test\r\n\r\n',
  ],
  ['CONNECT', 'CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n'],
  [
    'a smuggled second length',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
  ],
])('%s never end the sign-in', async (_name, bytes) => {
  const listener = await listen();
  void listener.answer('right');
  const answer = await raw(listener, bytes);
  expect(answer).not.toContain('HTTP/1.1 200');
  await expectStillWaiting(listener);
});

test('an upgrade is answered as the plain request that it is', async () => {
  const listener = await listen();
  void listener.answer('right');
  const answer = await ask(`${listener.redirectUri}?code=x&state=wrong`, {
    headers: { Connection: 'Upgrade', Upgrade: 'websocket' },
  });
  expect(answer.status).toBe(400);
  await expectStillWaiting(listener);
});

test('holding many idle connections neither shuts the browser out nor uses up the machine', async () => {
  const listener = await listen();
  const idle = Array.from({ length: 300 }, () => dial(listener));
  const cut = idle.map((socket) => new Promise<void>((resolve) => socket.once('close', resolve)));
  await Promise.all(cut.slice(0, 200));
  await expectStillWaiting(listener);
});

test('before the right state is known, nothing counts', async () => {
  const listener = await listen();
  expect((await ask(`${listener.redirectUri}?code=x&state=right`)).status).toBe(400);
  await expectStillWaiting(listener);
});

test('the first right callback wins; a second gets a polite page', async () => {
  const listener = await listen();
  const first = ask(`${listener.redirectUri}?code=one&state=right`);
  const callback = await listener.answer('right');
  const second = await ask(`${listener.redirectUri}?code=two&state=right`);
  expect(second.status).toBe(200);
  expect(second.body).toContain('answered already');
  expect(callback.code).toBe('one');
  await callback.respond('signed_in');
  expect((await first).body).toContain('You are signed in');
});

test('pages are small, load nothing, echo nothing and are not kept', async () => {
  const listener = await listen();
  const page = ask(`${listener.redirectUri}?code=%3Cscript%3Ecode-text&state=state-text`);
  const callback = await listener.answer('state-text');
  await callback.respond('failed');
  const { headers, body } = await page;
  expect(body).not.toMatch(/code-text|state-text|<script|src=|href=|url\(/);
  expect(body.length).toBeLessThan(2_000);
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+';/,
  );
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
});

test('closing ends idle, half-sent and waiting connections alike', async () => {
  const listener = await listen();
  const idle = dial(listener);
  const half = dial(listener);
  half.write('GET /oauth/callback?co');
  const waiting = ask(`${listener.redirectUri}?code=x&state=right`);
  await listener.answer('right');
  const gone = [idle, half].map(
    (socket) => new Promise((resolve) => socket.once('close', resolve)),
  );
  await listener.close();
  await Promise.all(gone);
  expect((await waiting).body).toContain('This sign-in has ended');
  await expect(ask(listener.redirectUri)).rejects.toThrow('ECONNREFUSED');
});

test('a browser that went away while the outcome was awaited is no trouble', async () => {
  const listener = await listen();
  const { port } = new URL(listener.redirectUri);
  const socket = dial(listener);
  socket.write(
    `GET /oauth/callback?code=x&state=right HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`,
  );
  const callback = await listener.answer('right');
  socket.destroy();
  await callback.respond('signed_in');
  await expect(listener.close()).resolves.toBeUndefined();
});
