import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { lendAddress } from '../../../../main/console/lend-address.ts';
import { createFakePorts } from '../../../support/fake-ports.ts';

const secret = 'https://signin.test/federation?SigninToken=secret';
const ask = (url: string, init: RequestInit = {}) => fetch(url, { redirect: 'manual', ...init });

test('the lent address holds nothing secret, and leads to the secret one once', async () => {
  const ports = createFakePorts();
  const { url } = await lendAddress(secret, ports);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/);
  const answer = await ask(url);
  expect(answer.status).toBe(302);
  expect(answer.headers.get('location')).toBe(secret);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  await expect.poll(() => ask(url).catch(() => 'closed')).toBe('closed');
  expect(ports.clock.waiting).toBe(0);
});

test.each([
  ['another path', (url: string) => ask(url.replace(/\/[\w-]+$/, '/x'))],
  ['a longer path', (url: string) => ask(`${url}x`)],
  ['a query', (url: string) => ask(`${url}?a=1`)],
  ['another method', (url: string) => ask(url, { method: 'POST' })],
  ['another name for this machine', (url: string) => ask(url.replace('127.0.0.1', 'localhost'))],
])('%s gets nothing, and the right one still works', async (_what, wrong) => {
  const { url, takeBack } = await lendAddress(secret, createFakePorts());
  const refused = await wrong(url).catch(() => undefined);
  expect(refused?.status ?? 404).toBe(404);
  expect(refused?.headers.get('location') ?? null).toBeNull();
  expect((await ask(url)).status).toBe(302);
  takeBack();
});

test('it is taken back after a minute', async () => {
  const ports = createFakePorts();
  const { url } = await lendAddress(secret, ports);
  await ports.clock.advance(60_000);
  await expect(ask(url)).rejects.toThrow();
});

test('each gets a path and a port of its own', async () => {
  const ports = createFakePorts();
  const [one, two] = [await lendAddress(secret, ports), await lendAddress(secret, ports)];
  expect(new URL(one.url).pathname).not.toBe(new URL(two.url).pathname);
  expect(new URL(one.url).port).not.toBe(new URL(two.url).port);
  one.takeBack();
  two.takeBack();
  // The port is free again.
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(Number(new URL(one.url).port), '127.0.0.1', () => resolve());
  });
  server.close();
});
