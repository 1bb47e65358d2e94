import { describe, expect, test } from 'vitest';
import { attack, openHostileStage, type Target } from '../support/hostile-stage.ts';

/**
 * What web pages, proxies and malice send, to both listeners of a real helper that has credentials
 * at hand. All of it carries a valid token, so that nothing but its form keeps it out.
 */

/** A request that would be answered with credentials but for what is wrong with it. */
type Hostile = readonly [name: string, request: (to: Target) => string | Buffer];

const get = (to: Target, headers = '', path = to.path, line = `GET ${path} HTTP/1.1`) =>
  `${line}\r\nHost: ${to.host}\r\n${to.authorization}${headers}Connection: close\r\n\r\n`;
const withHost = (to: Target, hosts: string) =>
  `GET ${to.path} HTTP/1.1\r\n${hosts}${to.authorization}Connection: close\r\n\r\n`;
const header =
  (...lines: readonly string[]) =>
  (to: Target) =>
    get(to, lines.map((line) => `${line}\r\n`).join(''));
const portOf = ({ host }: Target) => host.split(':')[1] ?? '80';

const rebinding: readonly Hostile[] = [
  ...[
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    'localtest.me',
    '0.0.0.0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.0.0.2',
    'keyfob.localhost',
    'localhost.',
    '127.0.0.1.',
    'user@127.0.0.1',
    'ＬＯＣＡＬＨＯＳＴ',
  ].map(
    (host): Hostile => [`Host: ${host}`, (to) => withHost(to, `Host: ${host}:${portOf(to)}\r\n`)],
  ),
  ['no Host', (to) => withHost(to, '')],
  ['an empty Host', (to) => withHost(to, 'Host:\r\n')],
  [
    'two Hosts, the right one first',
    (to) => withHost(to, `Host: ${to.host}\r\nHost: evil.example\r\n`),
  ],
  [
    'two Hosts, the right one last',
    (to) => withHost(to, `Host: evil.example\r\nHost: ${to.host}\r\n`),
  ],
  ['the right Host twice', (to) => withHost(to, `Host: ${to.host}\r\nHost: ${to.host}\r\n`)],
  ['the right Host, then a comma', (to) => withHost(to, `Host: ${to.host}, evil.example\r\n`)],
  ['the right Host, then a path', (to) => withHost(to, `Host: ${to.host}/\r\n`)],
  ['another port', (to) => withHost(to, `Host: ${to.host.split(':')[0]}:1\r\n`)],
  [
    'X-Forwarded-Host for the right one',
    (to) => withHost(to, `Host: evil.example\r\nX-Forwarded-Host: ${to.host}\r\n`),
  ],
  ['HTTP/1.0 without a Host', (to) => `GET ${to.path} HTTP/1.0\r\n${to.authorization}\r\n`],
  ['HTTP/0.9', (to) => `GET ${to.path}\r\n\r\n`],
];

const pages: readonly Hostile[] = [
  ['an Origin', header('Origin: https://evil.example')],
  ['Origin: null', header('Origin: null')],
  ['an empty Origin', header('Origin:')],
  ['the endpoint’s own Origin', (to) => get(to, `Origin: http://${to.host}\r\n`)],
  ['an Origin in capitals', header('ORIGIN: https://evil.example')],
  ['two Origins', header('Origin: https://a.example', 'Origin: https://b.example')],
  ['an extension’s Origin', header('Origin: chrome-extension://abcdefghijklmnop')],
  ['a file’s Origin', header('Origin: file://')],
  ['Sec-Fetch-Site: cross-site', header('Sec-Fetch-Site: cross-site')],
  ['Sec-Fetch-Site: same-site', header('Sec-Fetch-Site: same-site')],
  ['Sec-Fetch-Site: same-origin', header('Sec-Fetch-Site: same-origin')],
  ['Sec-Fetch-Site in capitals', header('SEC-FETCH-SITE: CROSS-SITE')],
  ['an unknown Sec-Fetch-Site', header('Sec-Fetch-Site: whatever')],
  ['none, then cross-site', header('Sec-Fetch-Site: none', 'Sec-Fetch-Site: cross-site')],
  [
    'a preflight',
    (to) =>
      get(
        to,
        'Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: authorization\r\n',
        to.path,
        `OPTIONS ${to.path} HTTP/1.1`,
      ),
  ],
  [
    'a preflight for private networks',
    (to) =>
      get(
        to,
        'Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Private-Network: true\r\n',
        to.path,
        `OPTIONS ${to.path} HTTP/1.1`,
      ),
  ],
  [
    'a preflight without Origin',
    (to) =>
      get(to, 'Access-Control-Request-Method: GET\r\n', to.path, `OPTIONS ${to.path} HTTP/1.1`),
  ],
  [
    'a form',
    (to) =>
      `POST ${to.path} HTTP/1.1\r\nHost: ${to.host}\r\n${to.authorization}Origin: https://evil.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\nConnection: close\r\n\r\na=b`,
  ],
  [
    'a form of plain text that is JSON',
    (to) =>
      `POST /v1/commands/state HTTP/1.1\r\nHost: ${to.host}\r\n${to.authorization}Origin: null\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
  ],
  ['an event source', header('Accept: text/event-stream', 'Origin: https://evil.example')],
  [
    'a WebSocket',
    header(
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ),
  ],
  [
    'a WebSocket with Connection: Upgrade',
    (to) =>
      `GET ${to.path} HTTP/1.1\r\nHost: ${to.host}\r\n${to.authorization}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  ],
  [
    'an upgrade to HTTP/2',
    (to) =>
      `GET ${to.path} HTTP/1.1\r\nHost: ${to.host}\r\n${to.authorization}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`,
  ],
  ['HTTP/2 from the start', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
];

/** What the socket takes as well as any other request, and 127.0.0.1 takes for a browser’s. */
const browsers: readonly Hostile[] = [
  ['a Referer', header('Referer: https://evil.example/')],
  ['a Cookie', header('Cookie: a=b')],
  ['Sec-Fetch-Dest', header('Sec-Fetch-Site: none', 'Sec-Fetch-Dest: document')],
  ['Sec-Fetch-User', header('Sec-Fetch-User: ?1')],
  ['a body', (to) => get(to, 'Content-Length: 2\r\n').concat('{}')],
  ['POST', (to) => get(to, 'Content-Length: 0\r\n', to.path, `POST ${to.path} HTTP/1.1`)],
  [
    'a command',
    (to) =>
      get(
        to,
        'Content-Length: 2\r\n',
        '/v1/commands/state',
        'POST /v1/commands/state HTTP/1.1',
      ).concat('{}'),
  ],
  ['the form for credential_process', (to) => get(to, '', '/v1/aws/credentials')],
  ['the events', (to) => get(to, '', '/v1/events')],
  [
    'the token in the query',
    (to) => `GET ${to.path}&token=x HTTP/1.1\r\nHost: ${to.host}\r\nConnection: close\r\n\r\n`,
  ],
  ['the token twice', (to) => get(to, to.authorization)],
  [
    'the token in a Basic header',
    (to) => get({ ...to, authorization: to.authorization.replace(': ', ': Basic ') }),
  ],
  [
    'the token in Proxy-Authorization',
    (to) => get({ ...to, authorization: `Proxy-${to.authorization}` }),
  ],
];

const methods: readonly Hostile[] = [
  'HEAD',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'MKCOL',
  'LOCK',
  'SEARCH',
  'PURGE',
  'REPORT',
  'get',
  'Get',
  'FOO',
  'GET/',
  'QUERY',
  'SOURCE',
].map((method): Hostile => [method, (to) => get(to, '', to.path, `${method} ${to.path} HTTP/1.1`)]);

const connects: readonly Hostile[] = [
  [
    'CONNECT to elsewhere',
    (to) => `CONNECT evil.example:443 HTTP/1.1\r\nHost: ${to.host}\r\n${to.authorization}\r\n`,
  ],
  [
    'CONNECT to itself',
    (to) => `CONNECT ${to.host} HTTP/1.1\r\nHost: ${to.host}\r\n${to.authorization}\r\n`,
  ],
  ['a proxy’s whole address', (to) => get(to, '', `http://${to.host}${to.path}`)],
  ['a proxy’s address elsewhere', (to) => get(to, '', 'http://evil.example/v1/status')],
  ['an asterisk', (to) => get(to, '', '*')],
  ['an asterisk with OPTIONS', (to) => get(to, '', '*', 'OPTIONS * HTTP/1.1')],
  ['no target', (to) => get(to, '', '', 'GET  HTTP/1.1')],
  ['a target without a slash', (to) => get(to, '', 'v1/status')],
];

const paths: readonly Hostile[] = [
  '/',
  '//',
  '/v1',
  '/v1/',
  '/v1/aws',
  '/v1/aws/',
  '/v1/aws/container/',
  '//v1/aws/container',
  '/v1//aws/container',
  '/v1/aws//container',
  '/v1/./aws/container',
  '/v1/x/../aws/container',
  '/../v1/aws/container',
  '/v1/aws/container/.',
  '/v1/aws/container/..',
  '/%76%31/aws/container',
  '/v1%2faws%2fcontainer',
  '/v1/aws%2Fcontainer',
  '/v1/aws/%63ontainer',
  '/v1/%2e/aws/container',
  '/v1/%2e%2e/v1/aws/container',
  '/v1/aws/container%00',
  '/v1/aws/container%20',
  '/v1/aws/container;a=b',
  '/v1;/aws/container',
  '/V1/aws/container',
  '/v1/AWS/container',
  '/v1/aws/Container',
  '/v1\\aws\\container',
  '/v1/aws/container.json',
  '/v1/aws/containers',
  '/v1/aws/containe',
  '/v2/aws/container',
  '/.well-known/',
  '/robots.txt',
  '/favicon.ico',
  '/v1/commands',
  '/v1/commands/../aws/container',
  '/__proto__',
  '/constructor',
  '/v1/aws/container#fragment',
  '/v1/aws/container%23',
  '/v1/aws/container%3Faccount=x',
  '/index.html',
  '/etc/passwd',
  '/v1/aws/credentials/../container',
].map((path): Hostile => [path, (to) => get(to, '', path)]);

const queries: readonly Hostile[] = [
  '?',
  '?account=',
  '?account',
  '?account=x&account=y',
  '?account[]=x',
  '?Account=x',
  '?accounts=x',
  '?account=%ff',
  '?account=%',
  '?account=%2',
  '?account=%zz',
  '?callback=x',
  '?token=x',
  '?authorization=x',
  '?=x',
  '?account=%00',
  '?account=../../etc/passwd',
  '?account=*',
  '?account=__proto__',
  '?account=constructor',
  `?account=${'x'.repeat(600)}`,
  '?account=%0d%0aX:y',
  '?account=a%26account=b&x',
  '?account;x',
]
  .slice(1)
  .map((query): Hostile => [query.slice(0, 40), (to) => get(to, '', `/v1/aws/container${query}`)]);

/** What follows must not be taken for a request of its own. */
const smuggled = (to: Target) => get(to);

const smuggling: readonly Hostile[] = [
  [
    'CL.TE',
    (to) =>
      get(to, 'Content-Length: 6\r\nTransfer-Encoding: chunked\r\n').concat(
        `0\r\n\r\n${smuggled(to)}`,
      ),
  ],
  [
    'TE.CL',
    (to) =>
      get(to, 'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n').concat(
        `5c\r\n${smuggled(to)}\r\n0\r\n\r\n`,
      ),
  ],
  [
    'TE.TE, the second hidden',
    (to) =>
      get(to, 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n').concat(
        `0\r\n\r\n${smuggled(to)}`,
      ),
  ],
  [
    'two lengths',
    (to) => get(to, 'Content-Length: 0\r\nContent-Length: 5\r\n').concat(smuggled(to)),
  ],
  [
    'the same length twice',
    (to) => get(to, 'Content-Length: 5\r\nContent-Length: 5\r\n').concat(`hello${smuggled(to)}`),
  ],
  ['two lengths in one header', (to) => get(to, 'Content-Length: 0, 5\r\n').concat(smuggled(to))],
  ['a negative length', (to) => get(to, 'Content-Length: -1\r\n').concat(smuggled(to))],
  ['a length with a plus', (to) => get(to, 'Content-Length: +5\r\n').concat(smuggled(to))],
  ['a length in hex', (to) => get(to, 'Content-Length: 0x5\r\n').concat(smuggled(to))],
  ['a length with a letter', (to) => get(to, 'Content-Length: 5a\r\n').concat(smuggled(to))],
  ['a length with a blank in it', (to) => get(to, 'Content-Length: 5 0\r\n').concat(smuggled(to))],
  ['an empty length', (to) => get(to, 'Content-Length:\r\n').concat(smuggled(to))],
  [
    'a length beyond all numbers',
    (to) => get(to, 'Content-Length: 18446744073709551617\r\n').concat(smuggled(to)),
  ],
  [
    'a chunked GET',
    (to) => get(to, 'Transfer-Encoding: chunked\r\n').concat(`0\r\n\r\n${smuggled(to)}`),
  ],
  [
    'Transfer-Encoding: xchunked',
    (to) => get(to, 'Transfer-Encoding: xchunked\r\n').concat(smuggled(to)),
  ],
  [
    'Transfer-Encoding: chunked, identity',
    (to) => get(to, 'Transfer-Encoding: chunked, identity\r\n').concat(smuggled(to)),
  ],
  [
    'Transfer-Encoding: gzip, chunked',
    (to) => get(to, 'Transfer-Encoding: gzip, chunked\r\n').concat(smuggled(to)),
  ],
  [
    'Transfer-Encoding with a tab before it',
    (to) => get(to, 'Transfer-Encoding:\tchunked\r\n').concat(smuggled(to)),
  ],
  [
    'Transfer-Encoding with a blank before the colon',
    (to) => get(to, 'Transfer-Encoding : chunked\r\n').concat(smuggled(to)),
  ],
  [
    'Transfer-Encoding folded',
    (to) => get(to, 'Transfer-Encoding:\r\n chunked\r\n').concat(smuggled(to)),
  ],
  ['a folded header', (to) => get(to, 'X-A: b\r\n c\r\n')],
  ['a header folded by a tab', (to) => get(to, 'X-A: b\r\n\tc\r\n')],
  [
    'a folded first header',
    (to) =>
      `GET ${to.path} HTTP/1.1\r\n X: y\r\nHost: ${to.host}\r\n${to.authorization}Connection: close\r\n\r\n`,
  ],
  ['bare line feeds', (to) => get(to).replaceAll('\r\n', '\n')],
  ['one bare line feed', (to) => get(to, 'X-A: b\nX-B: c\r\n')],
  ['bare carriage returns', (to) => get(to, 'X-A: b\rX-B: c\r\n')],
  ['a bare carriage return at the end', (to) => get(to, 'X-A: b\r\r\n')],
  ['a NUL in a header', (to) => get(to, 'X-A: b\0c\r\n')],
  ['a NUL in a header’s name', (to) => get(to, 'X\0A: b\r\n')],
  ['a NUL in the path', (to) => get(to, '', '/v1/aws/container\0')],
  ['a header without a colon', (to) => get(to, 'Nonsense\r\n')],
  ['a header without a name', (to) => get(to, ': value\r\n')],
  ['a blank in a header’s name', (to) => get(to, 'X A: b\r\n')],
  ['a header’s name in brackets', (to) => get(to, '(X): b\r\n')],
  ['tabs in the first line', (to) => get(to, '', to.path, `GET\t${to.path}\tHTTP/1.1`)],
  ['a blank in the path', (to) => get(to, '', '/v1/aws/container x')],
  ['HTTP/1.2', (to) => get(to, '', to.path, `GET ${to.path} HTTP/1.2`)],
  ['HTTP/2.0', (to) => get(to, '', to.path, `GET ${to.path} HTTP/2.0`)],
  ['HTTP/9', (to) => get(to, '', to.path, `GET ${to.path} HTTP/9`)],
  ['ICE/1.1', (to) => get(to, '', to.path, `GET ${to.path} ICE/1.1`)],
  ['http/1.1', (to) => get(to, '', to.path, `GET ${to.path} http/1.1`)],
  ['an unknown Expect', (to) => get(to, 'Expect: 200-ok\r\n')],
  ['TLS', () => Buffer.from('16030100f8010000f40303', 'hex')],
  ['random bytes', () => Buffer.from(Array.from({ length: 512 }, (_, n) => (n * 197 + 31) % 256))],
  ['SSH', () => 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['SMTP', () => 'EHLO evil.example\r\n'],
  ['nothing but line breaks', () => '\r\n'.repeat(64).concat('x\r\n\r\n')],
  ['a head of 16 KiB and more', (to) => get(to, `X-A: ${'a'.repeat(17_000)}\r\n`)],
  ['a path of 16 KiB and more', (to) => get(to, '', `/${'a'.repeat(17_000)}`)],
  ['5,000 headers', (to) => get(to, 'A: b\r\n'.repeat(5_000))],
  ['one name of 16 KiB and more', (to) => get(to, `${'X'.repeat(17_000)}: y\r\n`)],
];

/** Chunks, to where a body is taken at all. */
const chunk = (to: Target, body: string) =>
  `POST /v1/commands/state HTTP/1.1\r\nHost: ${to.host}\r\n${to.authorization}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${body}`;
const chunks: readonly Hostile[] = [
  ['a chunk’s length with a minus', (to) => chunk(to, '-2\r\n{}\r\n0\r\n\r\n')],
  ['a chunk’s length with 0x', (to) => chunk(to, '0x2\r\n{}\r\n0\r\n\r\n')],
  ['a chunk’s length with a blank', (to) => chunk(to, ' 2\r\n{}\r\n0\r\n\r\n')],
  ['a chunk of 2^64', (to) => chunk(to, '10000000000000002\r\n{}\r\n0\r\n\r\n')],
  ['a chunk longer than it says', (to) => chunk(to, `2\r\n{}XX${smuggled(to)}`)],
  ['a chunk with a bare line feed', (to) => chunk(to, `2\n{}\n0\n\n${smuggled(to)}`)],
  ['a chunk’s extension with a line feed', (to) => chunk(to, '2;a=\nb\r\n{}\r\n0\r\n\r\n')],
  [
    'a chunk’s extension of 20 KiB',
    (to) => chunk(to, `2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`),
  ],
  ['no chunk’s length', (to) => chunk(to, '\r\n{}\r\n0\r\n\r\n')],
  [
    'chunks beyond 64 KiB',
    (to) => chunk(to, `${'1000\r\n'.concat('a'.repeat(4_096), '\r\n').repeat(17)}0\r\n\r\n`),
  ],
  [
    'a body beyond 64 KiB',
    (to) =>
      `POST /v1/commands/state HTTP/1.1\r\nHost: ${to.host}\r\n${to.authorization}Content-Length: 65537\r\nConnection: close\r\n\r\n`,
  ],
  [
    'a body that is no JSON',
    (to) =>
      `POST /v1/commands/state HTTP/1.1\r\nHost: ${to.host}\r\n${to.authorization}Content-Length: 2\r\nConnection: close\r\n\r\n{]`,
  ],
  [
    'a body that is no UTF-8',
    (to) =>
      Buffer.concat([
        Buffer.from(
          `POST /v1/commands/state HTTP/1.1\r\nHost: ${to.host}\r\n${to.authorization}Content-Length: 4\r\nConnection: close\r\n\r\n`,
        ),
        Buffer.from([0x22, 0xff, 0xfe, 0x22]),
      ]),
  ],
  [
    'JSON a thousand levels deep',
    (to) =>
      `POST /v1/commands/state HTTP/1.1\r\nHost: ${to.host}\r\n${to.authorization}Content-Length: 60000\r\nConnection: close\r\n\r\n${'['.repeat(30_000)}${']'.repeat(30_000)}`,
  ],
  [
    '__proto__ in the body',
    (to) =>
      `POST /v1/commands/accounts.use HTTP/1.1\r\nHost: ${to.host}\r\n${to.authorization}Content-Length: 33\r\nConnection: close\r\n\r\n{"__proto__":{"account":"acme"}} `,
  ],
  [
    'a command of the window alone',
    (to) =>
      `POST /v1/commands/clipboard.copy HTTP/1.1\r\nHost: ${to.host}\r\n${to.authorization}Content-Length: 12\r\nConnection: close\r\n\r\n{"text":"x"}`,
  ],
  [
    'a command named by a prototype',
    (to) =>
      `POST /v1/commands/__proto__ HTTP/1.1\r\nHost: ${to.host}\r\n${to.authorization}Content-Length: 2\r\nConnection: close\r\n\r\n{}`,
  ],
];

const subjects = {
  'names that were rebound, and other Hosts': rebinding,
  'what a web page sends': pages,
  methods,
  'another machine’s business': connects,
  'paths but one': paths,
  'queries but one': queries,
  'smuggling and malformed requests': smuggling,
  'bodies and chunks': chunks,
} as const;

describe.each(['socket', 'loopback'] as const)('to the %s', (name) => {
  describe.each(Object.entries(subjects))('%s', (_, cases) => {
    test('are refused, every one, and a good client is served after each ten', async () => {
      const stage = await openHostileStage();
      const target = stage.targets[name];
      await stage.good(name);
      for (const [index, [what, request]] of cases.entries()) {
        const { status, text } = await attack(stage, target, request(target));
        // Where the parser gives up, hanging up is an answer as well.
        expect(status === 0 ? 400 : status, `${what}: ${text.slice(0, 300)}`).toSatisfy(
          (code: number) => (code >= 400 && code < 500) || code === 505,
        );
        expect(text.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 1, `${what}: ${text}`).toBe(1);
        if (index % 10 === 9) await stage.good(name);
      }
      await stage.good(name);
    });
  });
});

test('whatever only a browser sends, what has a body, and all that is the socket’s alone, is refused on 127.0.0.1', async () => {
  const stage = await openHostileStage();
  const target = stage.targets.loopback;
  for (const [what, request] of browsers) {
    const { status, text } = await attack(stage, target, request(target));
    expect(status, `${what}: ${text}`).toSatisfy((code: number) => code >= 400 && code < 500);
  }
  await stage.good();
});

test('there are at least two hundred cases for each listener', () => {
  const count = Object.values(subjects).reduce((sum, cases) => sum + cases.length, 0);
  expect(count).toBeGreaterThanOrEqual(200);
});
