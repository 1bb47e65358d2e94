import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFetch } from '../../main/platform/fetch.ts';
import type { FetchInit } from '../../main/ports.ts';
import { createServerClock, createUpstream } from '../../main/upstream.ts';
import type { KeyfobError } from '../../shared/errors.ts';
import {
  type Certificate,
  type CertificateAuthority,
  createCertificateAuthority,
} from '../support/certificate-authority.ts';
import { createFakePorts } from '../support/fake-ports.ts';
import { freePort, startHttp, startProxy, startTcp, startTls } from '../support/local-servers.ts';

const get: FetchInit = { method: 'GET', headers: {} };
/** A name that exists nowhere: only a proxy can lead there. */
const far = 'https://oidc.keyfob.test';

let authority: CertificateAuthority;
let certificate: Certificate;

beforeAll(() => {
  authority = createCertificateAuthority();
  certificate = authority.issue(['localhost', '*.keyfob.test']);
});
afterAll(() => authority.remove());

async function failure(promise: Promise<unknown>): Promise<KeyfobError> {
  return await promise.then(
    () => {
      throw new Error('Expected it to fail.');
    },
    (error: KeyfobError) => error,
  );
}

describe('over http on this machine', () => {
  test('a request arrives as it was given, and the answer comes back', async () => {
    const seen: unknown[] = [];
    const port = await startHttp((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        seen.push({ method, url, body: Buffer.concat(chunks).toString(), headers });
        response.writeHead(400, { 'Content-Type': 'application/json', 'x-amzn-ErrorType': 'X' });
        response.end('{"ok":"ü"}');
      });
    });
    const fetch = createFetch({ env: {} });
    const answer = await fetch(`http://127.0.0.1:${port}/token?aws_iam=t`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-amz-sso_bearer_token': 'T' },
      body: '{"clientName":"ü"}',
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-amzn-errortype')).toBe('X');
    expect(await answer.text()).toBe('{"ok":"ü"}');
    expect(seen).toMatchObject([
      {
        method: 'POST',
        url: '/token?aws_iam=t',
        body: '{"clientName":"ü"}',
        headers: {
          host: `127.0.0.1:${port}`,
          'content-type': 'application/json',
          'content-length': '19',
          'x-amz-sso_bearer_token': 'T',
          'accept-encoding': 'identity',
          'user-agent': expect.stringMatching(/^keyfob\/\d/),
        },
      },
    ]);
  });

  test('a redirect is returned, not followed', async () => {
    let requests = 0;
    const port = await startHttp((_, response) => {
      requests += 1;
      response.writeHead(302, { Location: '/elsewhere' }).end();
    });
    const answer = await createFetch({ env: {} })(`http://127.0.0.1:${port}/`, get);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/elsewhere']);
    expect(requests).toBe(1);
  });

  test('an abort ends it with the signal’s reason, before and after the headers', async () => {
    const port = await startHttp((request, response) => {
      if (request.url === '/body') response.write('{');
    });
    const fetch = createFetch({ env: {} });
    const reason = new Error('enough');
    const early = new AbortController();
    const pending = failure(fetch(`http://127.0.0.1:${port}/`, { ...get, signal: early.signal }));
    setImmediate(() => early.abort(reason));
    expect(await pending).toBe(reason);

    const late = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${port}/body`, { ...get, signal: late.signal });
    late.abort(reason);
    expect(await failure(answer.text())).toBe(reason);
    expect(await failure(fetch(`http://127.0.0.1:${port}/`, { ...get, signal: late.signal }))).toBe(
      reason,
    );
  });

  test('nothing there is a network error that says what to check', async () => {
    const port = await freePort();
    const error = await failure(createFetch({ env: {} })(`http://127.0.0.1:${port}/x?secret`, get));
    expect(error).toMatchObject({
      code: 'network_error',
      message: `127.0.0.1:${port} refused the connection.`,
      details: { host: `127.0.0.1:${port}`, reason: 'ECONNREFUSED' },
    });
    expect(error.hint).toContain('AWS_ENDPOINT_URL');
  });

  test.each<[string, string | null, string]>([
    ['a server that hangs up', null, 'UND_ERR_SOCKET'],
    ['a server that speaks something else', 'SSH-2.0-OpenSSH_9.9\r\n', 'HPE_INVALID_RESPONSE'],
  ])('%s is a network error', async (_, text, reason) => {
    const port = await startTcp((socket) =>
      socket.once('data', () => (text === null ? socket.destroy() : socket.end(text))),
    );
    const error = await failure(createFetch({ env: {} })(`http://127.0.0.1:${port}/`, get));
    expect([error.code, error.details?.reason]).toEqual(['network_error', reason]);
    expect(error.hint).toMatch(/\w/);
  });

  test('a name that exists nowhere is a network error that speaks of the region', async () => {
    const error = await failure(createFetch({ env: {} })('http://oidc.xx-west-1.invalid/', get));
    expect(error.code).toBe('network_error');
    expect(error.hint).toContain('region');
  });

  test('a header that can not be sent is refused without repeating it', async () => {
    const headers = { 'x-amz-sso_bearer_token': 'SECRET\r\nHost: evil' };
    const error = await failure(
      createFetch({ env: {} })('http://127.0.0.1:1/', { ...get, headers }),
    );
    expect(error.code).toBe('internal');
    expect(JSON.stringify([error.toInfo(), error.cause])).not.toContain('SECRET');
  });
});

describe('over TLS', () => {
  const ok = (_: unknown, response: { end(text: string): void }) => response.end('trusted');

  test('a certificate of an unknown issuer is refused, with a hint at AWS_CA_BUNDLE', async () => {
    const port = await startTls(certificate, ok);
    const error = await failure(createFetch({ env: {} })(`https://localhost:${port}/`, get));
    expect(error.code).toBe('tls_error');
    expect(error.hint).toContain('AWS_CA_BUNDLE');
  });

  test.each(['AWS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'])(
    'an authority that %s names is trusted',
    async (variable) => {
      const port = await startTls(certificate, ok);
      const fetch = createFetch({ env: { [variable]: authority.file } });
      expect(await (await fetch(`https://localhost:${port}/`, get)).text()).toBe('trusted');
    },
  );

  test('both variables count, one beside the other', async () => {
    const other = createCertificateAuthority();
    try {
      const env = { AWS_CA_BUNDLE: authority.file, NODE_EXTRA_CA_CERTS: other.file };
      const fetch = createFetch({ env });
      for (const from of [certificate, other.issue(['localhost'])]) {
        const port = await startTls(from, ok);
        expect((await fetch(`https://localhost:${port}/`, get)).status).toBe(200);
      }
    } finally {
      other.remove();
    }
  });

  test('an expired certificate is refused, with a hint at the clock', async () => {
    const port = await startTls(authority.issue(['localhost'], -1), ok);
    const fetch = createFetch({ env: { AWS_CA_BUNDLE: authority.file } });
    const error = await failure(fetch(`https://localhost:${port}/`, get));
    expect([error.code, error.details?.reason]).toEqual(['tls_error', 'CERT_HAS_EXPIRED']);
    expect(error.hint).toContain('date and time');
  });

  test('a certificate for another name is refused', async () => {
    const port = await startTls(authority.issue(['portal.keyfob.test']), ok);
    const fetch = createFetch({ env: { AWS_CA_BUNDLE: authority.file } });
    const error = await failure(fetch(`https://localhost:${port}/`, get));
    expect([error.code, error.details?.reason]).toEqual([
      'tls_error',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ]);
  });

  test('a server without TLS is a TLS error', async () => {
    const port = await startHttp((_, response) => response.end());
    const error = await failure(createFetch({ env: {} })(`https://localhost:${port}/`, get));
    expect(error.code).toBe('tls_error');
    expect(error.hint).toContain('plain http');
  });

  test.each([
    ['is missing', 'missing.pem', undefined, /can't be read \(ENOENT\)/],
    ['is empty', 'empty.pem', '', /no certificate/],
    [
      'holds a key',
      'key.pem',
      '-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----',
      /no certificate/,
    ],
    [
      'is damaged',
      'bad.pem',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      /damaged/,
    ],
  ])('a bundle that %s is named, and works once it is mended', async (_, name, text, message) => {
    const file = join(authority.folder, name);
    if (text !== undefined) writeFileSync(file, text);
    const port = await startTls(certificate, ok);
    const fetch = createFetch({ env: { AWS_CA_BUNDLE: file } });
    const error = await failure(fetch(`https://localhost:${port}/`, get));
    expect(error.code).toBe('tls_error');
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`${file}, which AWS_CA_BUNDLE names`);
    expect(error.message).not.toContain('SECRET');

    copyFileSync(authority.file, file);
    expect((await fetch(`https://localhost:${port}/`, get)).status).toBe(200);
  });
});

describe('through a proxy', () => {
  const env = () => ({ AWS_CA_BUNDLE: authority.file });
  const startFar = () =>
    startTls(certificate, (request, response) => response.end(request.headers.host));

  test.each(['HTTPS_PROXY', 'https_proxy'])(
    '%s leads there, and TLS goes to the far end',
    async (variable) => {
      const proxy = await startProxy({ targetPort: await startFar() });
      const fetch = createFetch({
        env: { ...env(), [variable]: `http://127.0.0.1:${proxy.port}` },
      });
      const answer = await fetch(`${far}/token`, get);
      expect(await answer.text()).toBe('oidc.keyfob.test');
      expect(proxy.requests).toEqual(['CONNECT oidc.keyfob.test:443']);
      expect(proxy.credentials).toEqual([undefined]);
    },
  );

  test('one without a scheme is an http one, and its password is sent to it', async () => {
    const proxy = await startProxy({ targetPort: await startFar() });
    const url = `me:p%40ss@127.0.0.1:${proxy.port}`;
    const fetch = createFetch({ env: { ...env(), HTTPS_PROXY: url } });
    expect((await fetch(far, get)).status).toBe(200);
    const basic = Buffer.from('me:p@ss').toString('base64');
    expect(proxy.credentials).toEqual([`Basic ${basic}`]);
  });

  test('one that is reached over TLS is trusted by the same certificates', async () => {
    const proxy = await startProxy({ targetPort: await startFar(), certificate });
    const url = `https://localhost:${proxy.port}`;
    const trusting = createFetch({ env: { ...env(), HTTPS_PROXY: url } });
    expect((await trusting(far, get)).status).toBe(200);
    const error = await failure(createFetch({ env: { HTTPS_PROXY: url } })(far, get));
    expect(error.code).toBe('proxy_error');
    expect(error.hint).toContain('AWS_CA_BUNDLE');
  });

  test.each(['http://127.0.0.1', 'http://localhost', 'https://localhost'])(
    '%s is never reached through one',
    async (origin) => {
      const ok = (_: unknown, response: { end(text: string): void }) => response.end('direct');
      const secure = origin.startsWith('https');
      const port = await (secure ? startTls(certificate, ok) : startHttp(ok));
      const proxy = await startProxy({ targetPort: port });
      const url = `http://127.0.0.1:${proxy.port}`;
      const fetch = createFetch({ env: { ...env(), HTTPS_PROXY: url, HTTP_PROXY: url } });
      expect(await (await fetch(`${origin}:${port}/`, get)).text()).toBe('direct');
      expect(proxy.requests).toEqual([]);
    },
  );

  test.each([
    ['NO_PROXY', '.keyfob.test'],
    ['NO_PROXY', 'example.com, keyfob.test'],
    ['no_proxy', '*'],
  ])('%s=%s leaves it out', async (variable, value) => {
    const proxy = await startProxy({ targetPort: await startFar() });
    const url = `http://127.0.0.1:${proxy.port}`;
    const fetch = createFetch({ env: { ...env(), HTTPS_PROXY: url, [variable]: value } });
    expect((await failure(fetch(far, get))).code).toBe('network_error');
    expect(proxy.requests).toEqual([]);
  });

  test('the environment of this process has no say', async () => {
    const proxy = await startProxy({ targetPort: await startFar() });
    const before = process.env.HTTPS_PROXY;
    process.env.HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`;
    try {
      expect((await failure(createFetch({ env: env() })(far, get))).code).toBe('network_error');
      expect(proxy.requests).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.HTTPS_PROXY;
      else process.env.HTTPS_PROXY = before;
    }
  });

  test.each([
    [407, 'name and password'],
    [403, 'NO_PROXY'],
    [502, 'NO_PROXY'],
  ])('one that refuses with %i is a proxy error', async (refuse, hint) => {
    const proxy = await startProxy({ targetPort: 1, refuse });
    const url = `http://me:SECRET@127.0.0.1:${proxy.port}`;
    const error = await failure(createFetch({ env: { ...env(), HTTPS_PROXY: url } })(far, get));
    expect(error).toMatchObject({
      code: 'proxy_error',
      details: { host: 'oidc.keyfob.test', status: refuse },
    });
    expect(error.hint).toContain(hint);
    expect(JSON.stringify([error.toInfo(), error.cause])).not.toContain('SECRET');
  });

  test('one that is not there is named, without its password', async () => {
    const port = await freePort();
    const url = `http://me:SECRET@127.0.0.1:${port}`;
    const error = await failure(createFetch({ env: { ...env(), HTTPS_PROXY: url } })(far, get));
    expect(error).toMatchObject({
      code: 'proxy_error',
      message: `The proxy 127.0.0.1:${port} could not be reached.`,
      details: { proxy: `127.0.0.1:${port}`, reason: 'ECONNREFUSED' },
    });
    expect(JSON.stringify([error.toInfo(), String(error.cause)])).not.toContain('SECRET');
  });

  test('one that hangs up is a proxy error', async () => {
    const port = await startTcp((socket) => socket.once('data', () => socket.destroy()));
    const url = `http://127.0.0.1:${port}`;
    const error = await failure(createFetch({ env: { ...env(), HTTPS_PROXY: url } })(far, get));
    expect(error.code).toBe('proxy_error');
  });

  test('a far end that nobody trusts is a TLS error, not one of the proxy', async () => {
    const proxy = await startProxy({ targetPort: await startFar() });
    const url = `http://127.0.0.1:${proxy.port}`;
    const error = await failure(createFetch({ env: { HTTPS_PROXY: url } })(far, get));
    expect(error.code).toBe('tls_error');
    expect(error.message).toContain('oidc.keyfob.test');
  });

  test.each(['ftp://proxy', 'http://', 'http://me:SECRET@:99999999'])(
    '%s is no proxy, and is not repeated',
    async (url) => {
      const error = await failure(createFetch({ env: { ...env(), HTTPS_PROXY: url } })(far, get));
      expect(error).toMatchObject({ code: 'proxy_error', details: { variable: 'HTTPS_PROXY' } });
      expect(JSON.stringify([error.toInfo(), error.cause])).not.toContain('SECRET');
    },
  );
});

describe('under Upstream', () => {
  function upstreamOf() {
    const ports = createFakePorts();
    const serverClock = createServerClock(ports.clock);
    const fetch = createFetch({ env: {} });
    return createUpstream({ ...ports, fetch, serverClock, attempts: 1, maxBytes: 50_000 });
  }

  test.each<[string, string, string]>([
    ['is cut off before its length', 'response_truncated', 'Content-Length: 20\r\n\r\n{"accessTok'],
    [
      'is cut off between chunks',
      'response_truncated',
      'Transfer-Encoding: chunked\r\n\r\n5\r\n{"acc\r\n',
    ],
    ['announces too much', 'response_too_large', 'Content-Length: 60000\r\n\r\n{'],
    [
      'is too large without announcing it',
      'response_too_large',
      `Transfer-Encoding: chunked\r\n\r\n${`8000\r\n${'x'.repeat(0x8000)}\r\n`.repeat(2)}`,
    ],
  ])('an answer that %s is %s', async (_, code, rest) => {
    const port = await startTcp((socket) =>
      socket.once('data', () =>
        socket.end(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${rest}`),
      ),
    );
    const url = `http://127.0.0.1:${port}/token`;
    const error = await failure(
      upstreamOf().request({ operation: 'CreateToken', method: 'POST', url, body: '{}' }),
    );
    expect(error.code).toBe(code);
  });
});
