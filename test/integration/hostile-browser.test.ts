import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { chromiumArgs, chromiumPath } from '../support/chromium.ts';
import { type HostileStage, openHostileStage } from '../support/hostile-stage.ts';

/**
 * A real Chromium on a page that wants a person's credentials: every way by which a page can send a
 * request is tried at 127.0.0.1. It even knows a grant's token, which no page would.
 */

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [
      ...chromiumArgs,
      // As an attacker's name server would have it, once the page is loaded.
      '--host-resolver-rules=MAP *.example 127.0.0.1',
      // A newer Chromium asks the person first, and nobody would see what the endpoint does.
      '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests',
    ],
  });
});
afterAll(async () => await browser?.close());

interface Scene {
  readonly stage: HostileStage;
  readonly page: Page;
  /** Where credentials are. */
  readonly goal: string;
}

const worker = `self.onmessage = async ({ data }) => {
  try {
    const answer = await fetch(data.goal, data.init);
    self.postMessage(answer.type + ' ' + answer.status + ' ' + (await answer.text()));
  } catch (error) { self.postMessage('threw ' + error.name); }
};`;
const serviceWorker = `self.addEventListener('fetch', (event) => {
  const goal = new URL(event.request.url).searchParams.get('goal');
  if (goal) event.respondWith(fetch(goal, { mode: 'no-cors' }));
});
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));`;

/** @param host the name by which the page is reached */
async function open(host = 'evil.example'): Promise<Scene> {
  const stage = await openHostileStage();
  const server = createServer((request, response) => {
    const script = { '/worker.js': worker, '/service-worker.js': serviceWorker }[request.url ?? ''];
    response.setHeader('Content-Type', script === undefined ? 'text/html' : 'text/javascript');
    response.end(script ?? '<!doctype html><title>Free games</title><body></body>');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`http://${host}:${(server.address() as AddressInfo).port}/`);
  return { stage, page, goal: `${stage.url}${stage.targets.loopback.path}` };
}

/** Nothing was handed out over 127.0.0.1, and whoever asks properly still gets it. */
async function nothingGotOut({ stage }: Scene, seen: readonly string[]): Promise<void> {
  for (const text of seen) {
    for (const secret of stage.secrets) expect(text).not.toContain(secret);
  }
  await expect.poll(() => stage.helper.state.get('grants')[0]?.lastUsedAt).toBeUndefined();
  await stage.good();
  await expect.poll(() => stage.helper.state.get('grants')[0]?.lastUsedAt).toBeDefined();
}

test('fetch in every mode, with the token and without, reads nothing', async () => {
  const scene = await open();
  const { page, goal, stage } = scene;
  const seen = await page.evaluate(
    async ({ goal, token }) => {
      const all: string[] = [];
      const modes = ['cors', 'no-cors', 'same-origin'] as const;
      const heads: (Record<string, string> | undefined)[] = [
        undefined,
        { Authorization: token },
        { Authorization: `Bearer ${token}` },
        { Accept: 'application/json' },
        { 'Content-Type': 'text/plain' },
      ];
      for (const mode of modes) {
        for (const headers of heads) {
          for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS']) {
            for (const credentials of ['omit', 'include'] as const) {
              const init = { mode, method, credentials, ...(headers && { headers }) };
              try {
                const answer = await fetch(goal, init);
                all.push(`${answer.type} ${answer.status} ${await answer.text()}`);
              } catch (error) {
                all.push(`threw ${(error as Error).name}`);
              }
            }
          }
        }
      }
      return all;
    },
    { goal, token: stage.token },
  );
  expect(seen).toHaveLength(120);
  for (const text of seen) expect(text).toMatch(/^(?:opaque 0 $|threw TypeError)/);
  await nothingGotOut(scene, seen);
});

test('XMLHttpRequest, EventSource, WebSocket and beacons reach nothing', async () => {
  const scene = await open();
  const { page, goal, stage } = scene;
  const seen = await page.evaluate(
    async ({ goal, token }) => {
      const xhr = (method: string, headers: Record<string, string>) =>
        new Promise<string>((resolve) => {
          const request = new XMLHttpRequest();
          request.open(method, goal);
          request.withCredentials = true;
          for (const [name, value] of Object.entries(headers))
            request.setRequestHeader(name, value);
          request.onload = () => resolve(`loaded ${request.responseText}`);
          request.onerror = () => resolve('failed');
          request.send(method === 'POST' ? 'a=b' : null);
        });
      const source = (url: string) =>
        new Promise<string>((resolve) => {
          const events = new EventSource(url);
          events.onmessage = (event) => resolve(`message ${event.data}`);
          events.onopen = () => resolve('opened');
          events.onerror = () => {
            events.close();
            resolve('failed');
          };
        });
      const socket = (protocols: string[]) =>
        new Promise<string>((resolve) => {
          const ws = new WebSocket(goal.replace('http', 'ws'), protocols);
          ws.onopen = () => resolve('opened');
          ws.onmessage = (event) => resolve(`message ${event.data}`);
          ws.onerror = () => resolve('failed');
        });
      return [
        await xhr('GET', {}),
        await xhr('POST', {}),
        await xhr('GET', { Authorization: token }),
        await source(goal),
        await source(goal.replace(/\/v1\/.*/, '/v1/events')),
        await socket([]),
        await socket([token]),
        String(navigator.sendBeacon(goal, 'a=b')) && 'failed',
        String(
          navigator.sendBeacon(
            goal.replace(/\/v1\/.*/, '/v1/commands/shutdown'),
            new Blob(['{}'], { type: 'text/plain' }),
          ),
        ) && 'failed',
      ];
    },
    { goal, token: stage.token },
  );
  expect(new Set(seen)).toEqual(new Set(['failed']));
  await nothingGotOut(scene, seen);
});

test('elements of every kind load nothing', async () => {
  const scene = await open();
  const { page, goal } = scene;
  const seen = await page.evaluate(async (goal) => {
    const outcome = (element: HTMLElement, start: () => void) =>
      new Promise<string>((resolve) => {
        const name = element.tagName.toLowerCase();
        element.onload = () => resolve(`${name} loaded`);
        element.onerror = () => resolve(`${name} failed`);
        start();
        document.body.append(element);
        setTimeout(() => resolve(`${name} failed`), 1_500);
      });
    const made = (name: string, members: Record<string, unknown>) => {
      const element = document.createElement(name);
      return outcome(element, () => Object.assign(element, members));
    };
    return await Promise.all([
      made('img', { src: goal }),
      made('img', { src: goal, crossOrigin: 'anonymous' }),
      made('script', { src: goal }),
      made('script', { src: goal, type: 'module' }),
      made('link', { href: goal, rel: 'stylesheet' }),
      made('link', { href: goal, rel: 'preload', as: 'fetch' }),
      made('link', { href: goal, rel: 'prefetch' }),
      made('link', { href: goal, rel: 'modulepreload' }),
      made('link', { href: goal, rel: 'manifest' }),
      made('link', { href: goal, rel: 'icon' }),
      made('video', { src: goal, autoplay: true }),
      made('audio', { src: goal, autoplay: true }),
      made('object', { data: goal }),
      made('embed', { src: goal }),
      made('style', {
        textContent: `@import url("${goal}"); body { background: url("${goal}&b") }`,
      }),
      made('style', {
        textContent: `@font-face { font-family: x; src: url("${goal}&c") } body { font-family: x }`,
      }),
      made('script', { type: 'module', textContent: `import ${JSON.stringify(goal)};` }),
    ]);
  }, goal);
  // An object or a style sheet of its own loads whatever becomes of what it names.
  const loaded = seen.filter((text) => text.endsWith('loaded'));
  expect(loaded.filter((text) => !/^(?:style|object|embed|link) /.test(text))).toEqual([]);
  await nothingGotOut(scene, seen);
});

test('frames, forms and windows show a refusal that the page can’t read', async () => {
  const scene = await open();
  const { page, goal } = scene;
  const requests: number[] = [];
  page.context().on('response', (response) => {
    if (response.url().startsWith(scene.stage.url)) requests.push(response.status());
  });
  const seen = await page.evaluate(async (goal) => {
    const all: string[] = [];
    const frame = (attributes: Record<string, string>) =>
      new Promise<HTMLIFrameElement>((resolve) => {
        const element = document.createElement('iframe');
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        element.onload = () => resolve(element);
        document.body.append(element);
        setTimeout(() => resolve(element), 1_500);
      });
    const read = (element: HTMLIFrameElement) => {
      try {
        return `read ${element.contentDocument?.body.textContent ?? 'nothing'}`;
      } catch (error) {
        return `threw ${(error as Error).name}`;
      }
    };
    all.push(read(await frame({ src: goal })));
    all.push(read(await frame({ src: goal, sandbox: 'allow-scripts' })));
    all.push(read(await frame({ srcdoc: `<meta http-equiv="refresh" content="0;url=${goal}">` })));
    for (const method of ['get', 'post']) {
      for (const enctype of [
        'text/plain',
        'multipart/form-data',
        'application/x-www-form-urlencoded',
      ]) {
        const target = await frame({ name: `${method}-${enctype}` });
        const form = document.createElement('form');
        Object.assign(form, { action: goal, method, enctype, target: target.name });
        const input = document.createElement('input');
        Object.assign(input, { name: '{"a":"', value: '"}' });
        form.append(input);
        document.body.append(form);
        const done = new Promise((resolve) => {
          target.onload = resolve;
          setTimeout(resolve, 1_500);
        });
        form.submit();
        await done;
        all.push(read(target));
      }
    }
    const link = document.createElement('a');
    Object.assign(link, { href: '#', ping: goal });
    document.body.append(link);
    link.click();
    return all;
  }, goal);
  for (const text of seen) expect(text).toMatch(/^(?:threw SecurityError|read (?:nothing)?$)/);
  await nothingGotOut(scene, seen);
  expect(requests.length).toBeGreaterThan(0);
  for (const status of requests) expect(status).toBeGreaterThanOrEqual(400);
});

test('workers and a service worker get no further', async () => {
  // Only on this machine's own name may a page have a service worker without TLS.
  const scene = await open('localhost');
  const { page, goal, stage } = scene;
  const seen = await page.evaluate(
    async ({ goal, token }) => {
      const ask = (init: RequestInit) =>
        new Promise<string>((resolve) => {
          const worker = new Worker('/worker.js');
          worker.onmessage = ({ data }) => resolve(data);
          worker.postMessage({ goal, init });
        });
      await navigator.serviceWorker.register('/service-worker.js');
      await navigator.serviceWorker.ready;
      await new Promise<void>((resolve) => {
        if (navigator.serviceWorker.controller !== null) resolve();
        navigator.serviceWorker.addEventListener('controllerchange', () => resolve());
      });
      const through = await fetch(`/x?goal=${encodeURIComponent(goal)}`).then(
        async (answer) => `${answer.type} ${answer.status} ${await answer.text()}`,
        (error) => `threw ${error.name}`,
      );
      return [
        await ask({}),
        await ask({ mode: 'no-cors' }),
        await ask({ headers: { Authorization: token } }),
        through,
      ];
    },
    { goal, token: stage.token },
  );
  for (const text of seen) expect(text).toMatch(/^(?:opaque 0 $|threw TypeError)/);
  await nothingGotOut(scene, seen);
});

test('a name that was rebound to this machine is refused, also where the page has that very origin', async () => {
  const scene = await open();
  const { page, stage } = scene;
  const { path } = stage.targets.loopback;
  for (const host of ['rebound.example', 'localhost', '127.0.0.1']) {
    const answer = await page.goto(`http://${host}:${stage.port}${path}`);
    expect(answer?.status()).toBe(403);
    // The refusal itself is now a document of that origin.
    const seen = await page.evaluate(
      async ({ path, token }) => {
        const all: string[] = [document.body.textContent ?? ''];
        for (const init of [
          {},
          { headers: { Authorization: token } },
          { method: 'POST', body: '{}' },
        ]) {
          const answer = await fetch(path, init);
          all.push(`${answer.status} ${await answer.text()}`);
        }
        return all;
      },
      { path, token: stage.token },
    );
    for (const text of seen.slice(1)) expect(text).toMatch(/^40[35] /);
    await expect.poll(() => stage.helper.state.get('grants')[0]?.lastUsedAt).toBeUndefined();
    for (const text of seen) {
      for (const secret of stage.secrets) expect(text).not.toContain(secret);
    }
  }
  await nothingGotOut(scene, []);
});
