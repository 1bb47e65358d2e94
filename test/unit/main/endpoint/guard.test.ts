import { describe, expect, test } from 'vitest';
import { maxBodyBytes, maxHeaderBytes } from '../../../../main/endpoint/guard.ts';
import { openEndpoint, requestBytes, sendBytes } from '../../../support/endpoint-stage.ts';

/** An endpoint that says whether a request got through. */
async function guarded() {
  let through = 0;
  const { socket } = await openEndpoint((request, response) => {
    through += 1;
    request.resume();
    request.on('end', () => response.end('through'));
  });
  return {
    async ask(...parts: string[]) {
      const before = through;
      const answer = await sendBytes(socket, ...parts);
      return { ...answer, through: through > before };
    },
  };
}

const post = { method: 'POST' };

describe('a plain request goes through', () => {
  test.each([
    ['GET', requestBytes('/v1/status')],
    ['POST', requestBytes('/x', { 'Content-Length': '2' }, { ...post, body: '{}' })],
    [
      'chunked',
      requestBytes(
        '/x',
        { 'Transfer-Encoding': 'chunked' },
        { ...post, body: '2\r\n{}\r\n0\r\n\r\n' },
      ),
    ],
    ['the other name', requestBytes('/x', { Host: 'keyfob' })],
    ['capitals in Host', requestBytes('/x', { Host: 'LocalHost' })],
    ['typed into an address bar', requestBytes('/x', { 'Sec-Fetch-Site': 'none' })],
    ["Node's own fetch", requestBytes('/x', { 'Sec-Fetch-Mode': 'cors' })],
    [
      'the longest body',
      requestBytes(
        '/x',
        { 'Content-Length': String(maxBodyBytes) },
        { ...post, body: 'x'.repeat(maxBodyBytes) },
      ),
    ],
  ])('%s', async (_, bytes) => {
    const { ask } = await guarded();
    expect(await ask(bytes)).toMatchObject({ status: 200, through: true, body: 'through' });
  });
});

describe('refused before anything else looks at it', () => {
  test.each([
    ['a foreign Host', requestBytes('/x', { Host: 'evil.example' }), 403],
    ['a Host with a port', requestBytes('/x', { Host: 'localhost:80' }), 403],
    [
      'a Host that only begins like ours',
      requestBytes('/x', { Host: 'localhost.evil.example' }),
      403,
    ],
    ['an empty Host', requestBytes('/x', { Host: '' }), 403],
    [
      'a second Host',
      requestBytes('/x', { 'Host ': 'x' }).replace('Host : x', 'Host: evil.example'),
      403,
    ],
    ['no Host in HTTP/1.1', 'GET /x HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['no Host in HTTP/1.0', 'GET /x HTTP/1.0\r\n\r\n', 403],
    ['an Origin', requestBytes('/x', { Origin: 'https://evil.example' }), 403],
    ['our own Origin', requestBytes('/x', { Origin: 'http://localhost' }), 403],
    ['an opaque Origin', requestBytes('/x', { Origin: 'null' }), 403],
    ['an empty Origin', requestBytes('/x', { Origin: '' }), 403],
    ['a cross-site page', requestBytes('/x', { 'Sec-Fetch-Site': 'cross-site' }), 403],
    ['a same-site page', requestBytes('/x', { 'Sec-Fetch-Site': 'same-site' }), 403],
    [
      'an upgrade to WebSocket',
      requestBytes('/x', { Connection: 'Upgrade', Upgrade: 'websocket' }),
      400,
    ],
    [
      'an upgrade to HTTP/2',
      requestBytes('/x', { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c' }),
      400,
    ],
    ['an Upgrade without Connection', requestBytes('/x', { Upgrade: 'h2c' }), 400],
    ['HTTP/2 outright', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['CONNECT', requestBytes('evil.example:443', {}, { method: 'CONNECT' }), 400],
    ['a target for a proxy', requestBytes('http://evil.example/x'), 400],
    ['a target that is no path', requestBytes('*', {}, { method: 'POST' }), 400],
    ['OPTIONS', requestBytes('/x', {}, { method: 'OPTIONS' }), 405],
    ['HEAD', requestBytes('/x', {}, { method: 'HEAD' }), 405],
    ['PUT', requestBytes('/x', { 'Content-Length': '0' }, { method: 'PUT' }), 405],
    ['DELETE', requestBytes('/x', {}, { method: 'DELETE' }), 405],
    ['TRACE', requestBytes('/x', {}, { method: 'TRACE' }), 405],
    ['a made-up method', requestBytes('/x', {}, { method: 'BREW' }), 400],
    ['a lower-case method', requestBytes('/x', {}, { method: 'get' }), 400],
    ['an unknown Expect', requestBytes('/x', { Expect: 'a miracle' }), 417],
    [
      'a body announced too long',
      requestBytes('/x', { 'Content-Length': String(maxBodyBytes + 1) }, post),
      413,
    ],
    [
      'a body too long that waits for leave',
      requestBytes('/x', { 'Content-Length': '70000', Expect: '100-continue' }, post),
      413,
    ],
    [
      'a body too long on a GET',
      requestBytes('/x', { 'Content-Length': String(maxBodyBytes + 1) }),
      413,
    ],
    [
      'a chunked GET',
      requestBytes('/x', { 'Transfer-Encoding': 'chunked' }, { body: '0\r\n\r\n' }),
      400,
    ],
    [
      'a compressed body',
      requestBytes('/x', { 'Transfer-Encoding': 'gzip, chunked' }, { ...post, body: '0\r\n\r\n' }),
      400,
    ],
    ['a length that is no number', requestBytes('/x', { 'Content-Length': '1e1' }, post), 400],
    ['a negative length', requestBytes('/x', { 'Content-Length': '-1' }, post), 400],
    [
      'a length beyond all numbers',
      requestBytes('/x', { 'Content-Length': '9'.repeat(30) }, post),
      400,
    ],
    ['one header too long', requestBytes('/x', { Padding: 'x'.repeat(maxHeaderBytes) }), 431],
    ['a target too long', requestBytes(`/${'x'.repeat(maxHeaderBytes)}`), 431],
    [
      'too many short headers',
      `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${'a: bcdefgh\r\n'.repeat(2_000)}\r\n`,
      431,
    ],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: localhost\r\n Origin: x\r\n\r\n', 400],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost: localhost\r\nOrigin : x\r\n\r\n', 400],
    ['bare line feeds', 'GET / HTTP/1.1\nHost: localhost\n\n', 400],
    ['a NUL in the target', 'GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ])('%s', async (_, bytes, status) => {
    const { ask } = await guarded();
    const answer = await ask(bytes);
    expect(answer.through).toBe(false);
    expect(answer.status).toBe(status);
    expect(answer.head.toLowerCase()).toContain('connection: close');
  });
});

describe('what could be read in two ways is not read at all', () => {
  const smuggled = '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n';

  test.each([
    [
      'both Content-Length and Transfer-Encoding',
      { 'Content-Length': '5', 'Transfer-Encoding': 'chunked' },
    ],
    [
      'Transfer-Encoding that does not end in chunked',
      { 'Transfer-Encoding': 'chunked, identity' },
    ],
    ['Transfer-Encoding in disguise', { 'Transfer-Encoding': ' \tchunked, chunked' }],
  ])('%s', async (_, headers) => {
    const { ask } = await guarded();
    const answer = await ask(
      requestBytes('/x', { Connection: 'keep-alive', ...headers }, { ...post, body: smuggled }),
    );
    expect(answer).toMatchObject({ status: 400, through: false });
    expect(answer.text.match(/^HTTP\/1\.1 200/gm)).toBeNull();
  });

  test('two different Content-Lengths', async () => {
    const { ask } = await guarded();
    const answer = await ask(
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 45\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    );
    expect(answer).toMatchObject({ status: 400, through: false });
  });

  test('an Origin behind thousands of other headers is still seen', async () => {
    const { ask } = await guarded();
    const filler = 'a:\r\n'.repeat(3_000);
    const answer = await ask(
      `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${filler}Origin: https://evil.example\r\n\r\n`,
    );
    expect(answer).toMatchObject({ status: 403, through: false });
  });
});

test('a refusal says why, in every spelling that tools read', async () => {
  const { ask } = await guarded();
  const { body, head } = await ask(requestBytes('/x', { Origin: 'https://evil.example' }));
  const answer = JSON.parse(body);
  expect(answer).toMatchObject({
    error: { code: 'refused', message: answer.message, hint: expect.any(String) },
    code: 'refused',
    Code: 'refused',
    Message: answer.message,
  });
  expect(answer.message).toContain('Origin');
  expect(head).toContain('Content-Type: application/json');
  expect(head).toContain('Keyfob-Protocol: 1');
});

test('a header block just below the limit goes through', async () => {
  const { ask } = await guarded();
  const answer = await ask(requestBytes('/x', { Padding: 'x'.repeat(maxHeaderBytes - 200) }));
  expect(answer).toMatchObject({ status: 200, through: true });
});
