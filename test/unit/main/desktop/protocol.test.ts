import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { createPageServer, registerScheme, servePage } from '../../../../main/desktop/protocol.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

const folder = mkdtempSync(join(tmpdir(), 'keyfob-page-'));
const root = join(folder, 'renderer');
mkdirSync(join(root, 'assets'), { recursive: true });
writeFileSync(join(folder, 'secret.html'), 'outside');
writeFileSync(join(root, 'index.html'), '<!doctype html>');
writeFileSync(join(root, 'assets/index-1.js'), 'export {};');
writeFileSync(join(root, 'assets/index-1.css'), 'body{}');
writeFileSync(join(root, 'assets/index-1.js.map'), '{}');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const serve = createPageServer(root);
/** As Electron hands it over: whatever the URL, and not only what `Request` would take. */
const get = (url: string, method = 'GET') => serve({ url, method } as Request);

test('the scheme has an origin and a secure context, and no other privilege', () => {
  registerScheme();
  expect(electron.protocol.registered).toEqual([
    { scheme: 'app', privileges: { standard: true, secure: true } },
  ]);
});

test.each([
  ['index.html', 'text/html; charset=utf-8', '<!doctype html>'],
  ['assets/index-1.js', 'text/javascript; charset=utf-8', 'export {};'],
  ['assets/index-1.css', 'text/css; charset=utf-8', 'body{}'],
])('%s is served with its type', async (path, type, body) => {
  const answer = await get(`app://keyfob/${path}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe(type);
  expect(await answer.text()).toBe(body);
});

test('query and fragment change nothing', async () => {
  expect((await get('app://keyfob/index.html?x=1#settings')).status).toBe(200);
});

test.each(['app://keyfob/index.html', 'app://keyfob/assets/index-1.js', 'app://keyfob/nothing'])(
  '%s comes with the policy, and is what it says it is',
  async (url) => {
    const { headers } = await get(url);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
        "connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  },
);

describe('nothing else is served', () => {
  test.each([
    'app://keyfob/',
    'app://keyfob/../secret.html',
    'app://keyfob/assets/../../secret.html',
    'app://keyfob/..%2fsecret.html',
    'app://keyfob/%2e%2e/secret.html',
    'app://keyfob/..%5csecret.html',
    'app://keyfob/..\\secret.html',
    'app://keyfob//etc/passwd',
    'app://keyfob/%00index.html',
    'app://keyfob/index.html%00.css',
    'app://keyfob/INDEX.HTML',
    'app://keyfob/assets',
    'app://keyfob/assets/index-1.js.map',
    'app://keyfob/__proto__',
    'app://other/index.html',
    'app://keyfob.example/index.html',
    'app://keyfob:80/index.html',
    'app://keyfob@other/index.html',
    'file:///index.html',
    'https://keyfob/index.html',
    'no url',
  ])('%s', async (url) => {
    const answer = await get(url);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('');
  });

  test('a file that came after the start', async () => {
    writeFileSync(join(root, 'late.html'), 'late');
    expect((await get('app://keyfob/late.html')).status).toBe(404);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s', async (method) => {
    expect((await get('app://keyfob/index.html', method)).status).toBe(405);
  });
});

test('it is served to the session of the window', async () => {
  const session = electron.session.fromPartition('keyfob');
  servePage(session as never, root);
  const handler = session.handlers.schemes.get('app');
  const answer = await handler?.({ url: 'app://keyfob/index.html', method: 'GET' } as Request);
  expect(answer?.status).toBe(200);
});
