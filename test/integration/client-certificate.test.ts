import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createFetch } from '../../main/platform/fetch.ts';
import type { ClientCertificate } from '../../main/ports.ts';
import type { KeyfobError } from '../../shared/errors.ts';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../support/certificate-authority.ts';
import { startProxy } from '../support/local-servers.ts';

let authority: CertificateAuthority;
let stranger: CertificateAuthority;

beforeAll(() => {
  authority = createCertificateAuthority();
  stranger = createCertificateAuthority();
});
afterAll(() => {
  authority.remove();
  stranger.remove();
});

/** A client's certificate and key, in files. */
function certificateFiles(by: CertificateAuthority, name: string): ClientCertificate {
  const { cert, key } = by.issue([name]);
  const files = {
    certificateFile: join(by.folder, `${name}.pem`),
    keyFile: join(by.folder, `${name}.key`),
  };
  writeFileSync(files.certificateFile, cert);
  writeFileSync(files.keyFile, key, { mode: 0o600 });
  return files;
}

/** Lets in only who shows a certificate of `authority`, and answers with its name. */
async function startDemanding(): Promise<number> {
  const { cert, key } = authority.issue(['localhost', 'token.keyfob.test']);
  const ca = readFileSync(authority.file);
  const server = createHttpsServer(
    { cert, key, ca, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const peer = (request.socket as TLSSocket).getPeerCertificate();
      response.end(String(peer.subject?.CN));
    },
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** OpenSSL's own server, which tells a client by an alert why it is not let in. */
async function startOpenssl(): Promise<number> {
  const { cert, key } = authority.issue(['localhost']);
  const [certFile, keyFile] = ['s_server.pem', 's_server.key'].map((name) =>
    join(authority.folder, name),
  ) as [string, string];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
  // In TLS 1.3 the alert comes after the handshake, and what the client sees is its end.
  const demand = ['-tls1_2', '-Verify', '1', '-verify_return_error', '-CAfile', authority.file];
  const options = ['-accept', '127.0.0.1:0', '-cert', certFile, '-key', keyFile, '-www'];
  const server = spawn('openssl', ['s_server', ...options, ...demand], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void server.kill());
  return await new Promise<number>((resolve, reject) => {
    let output = '';
    server.once('exit', () => reject(new Error(`openssl s_server ended: ${output}`)));
    // Read on for good: a server that can not write ends.
    server.stdout.on('data', (chunk) => {
      output += String(chunk);
      const port = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
}

function fetching() {
  const fetch = createFetch({ env: { AWS_CA_BUNDLE: authority.file } });
  return (url: string, certificate?: ClientCertificate) =>
    fetch(url, {
      method: 'GET',
      headers: {},
      ...(certificate === undefined ? {} : { certificate }),
    });
}

async function failure(promise: Promise<unknown>): Promise<KeyfobError> {
  return await promise.then(
    () => {
      throw new Error('Expected it to fail.');
    },
    (error: KeyfobError) => error,
  );
}

test('a server that demands a certificate gets the one of this request, and no other does', async () => {
  const url = `https://localhost:${await startDemanding()}/`;
  const fetch = fetching();
  const acme = certificateFiles(authority, 'acme.test');
  const corp = certificateFiles(authority, 'corp.test');
  expect(await (await fetch(url, acme)).text()).toBe('acme.test');
  expect(await (await fetch(url, corp)).text()).toBe('corp.test');
  expect(await (await fetch(url, acme)).text()).toBe('acme.test');
  // Node's server hangs up without a word.
  expect((await failure(fetch(url))).code).toBe('network_error');
  const foreign = await failure(fetch(url, certificateFiles(stranger, 'evil.test')));
  expect(foreign.code).toBe('network_error');
});

test('a server that says what it misses is repeated in words about certificates', async () => {
  const url = `https://localhost:${await startOpenssl()}/`;
  const fetch = fetching();
  expect((await failure(fetch(url))).code).toBe('tls_error');
  const error = await failure(fetch(url, certificateFiles(stranger, 'evil.test')));
  expect([error.code, error.details?.reason]).toEqual([
    'tls_error',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  ]);
  expect(error.message).toContain('client certificate');
  expect(error.hint).toMatch(/registered/);
  expect((await fetch(url, certificateFiles(authority, 'acme.test'))).status).toBe(200);
});

test('a renewed certificate counts from the next request on', async () => {
  const url = `https://localhost:${await startDemanding()}/`;
  const fetch = fetching();
  const files = certificateFiles(authority, 'old.test');
  expect(await (await fetch(url, files)).text()).toBe('old.test');
  const { cert, key } = authority.issue(['new.test']);
  writeFileSync(files.certificateFile, cert);
  writeFileSync(files.keyFile, key);
  expect(await (await fetch(url, files)).text()).toBe('new.test');
});

test('through a proxy the far end gets it, by a name that only the proxy leads to', async () => {
  const proxy = await startProxy({ targetPort: await startDemanding() });
  const env = {
    AWS_CA_BUNDLE: authority.file,
    HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
  };
  const certificate = certificateFiles(authority, 'far.test');
  const answer = await createFetch({ env })('https://token.keyfob.test/', {
    method: 'GET',
    headers: {},
    certificate,
  });
  expect(await answer.text()).toBe('far.test');
});

test.each([
  ['is missing', undefined, /can't be read \(ENOENT\)/],
  ['is of another certificate', 'other', /no PEM certificate and its key/],
  ['is no key', 'text', /no PEM certificate and its key/],
])('a key file that %s is named, and works once it is mended', async (_, content, message) => {
  const url = `https://localhost:${await startDemanding()}/`;
  const fetch = fetching();
  const { certificateFile, keyFile } = certificateFiles(authority, 'acme.test');
  const bad = { certificateFile, keyFile: join(authority.folder, `bad-${content}.key`) };
  if (content === 'other') writeFileSync(bad.keyFile, authority.issue(['other.test']).key);
  if (content === 'text') writeFileSync(bad.keyFile, 'SECRET');
  const error = await failure(fetch(url, bad));
  expect(error.code).toBe('tls_error');
  expect(error.message).toMatch(message);
  expect(error.message).toContain(bad.keyFile);
  expect(JSON.stringify([error.toInfo(), error.cause])).not.toContain('SECRET');
  expect((await fetch(url, { certificateFile, keyFile })).status).toBe(200);
});
