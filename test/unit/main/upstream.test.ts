import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import {
  createServerClock,
  createUpstream,
  type UpstreamOptions,
  type UpstreamRequest,
} from '../../../main/upstream.ts';
import { type ErrorCode, KeyfobError } from '../../../shared/errors.ts';
import { createFakePorts, jsonResponse, settle } from '../../support/fake-ports.ts';

const url = 'https://oidc.eu-west-1.amazonaws.com/token?secret=in-the-url';

function setUp(options: Partial<UpstreamOptions> = {}) {
  const ports = createFakePorts();
  const serverClock = createServerClock(ports.clock);
  // The longest wait that jitter allows, so that the tests know when an attempt is due.
  const random = { ...ports.random, fraction: () => 0.999_999 };
  const upstream = createUpstream({ ...ports, random, serverClock, ...options });
  const call = (request: Partial<UpstreamRequest> = {}) =>
    watch(upstream.request({ operation: 'CreateToken', url, method: 'POST', ...request }));
  return { ...ports, ports, serverClock, call };
}

/** A promise whose outcome can be looked at, and that may fail before anybody looks. */
function watch<T>(promise: Promise<T>) {
  promise.catch(() => undefined);
  return promise;
}

const unreachable = () => new KeyfobError('network_error', 'No answer.');
const never = () => new Promise<Response>(() => undefined);

function streaming(pull: (controller: ReadableStreamDefaultController<Uint8Array>) => void) {
  return new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
}

describe('an answer', () => {
  test.each([200, 201, 400, 401, 403, 404, 418])(
    'of status %i is returned as it is',
    async (status) => {
      const { fetch, call } = setUp();
      fetch.on(url, jsonResponse({ status }, { status }));
      const answer = await call();
      expect(answer.status).toBe(status);
      expect(answer.text).toBe(JSON.stringify({ status }));
      expect(fetch.requests).toHaveLength(1);
    },
  );

  test('may have any bytes for UTF-8, cut anywhere', async () => {
    const { fetch, call } = setUp();
    const bytes = new TextEncoder().encode('"grüße 🔑"');
    let at = 0;
    const body = streaming((controller) => {
      const byte = bytes.subarray(at, at + 1);
      at += 1;
      if (byte.length === 0) controller.close();
      else controller.enqueue(byte);
    });
    fetch.once(url, () => new Response(body));
    expect((await call()).text).toBe('"grüße 🔑"');
  });

  test('without a body is an empty text', async () => {
    const { fetch, call } = setUp();
    fetch.once(url, () => new Response(null, { status: 204, headers: { 'Content-Length': '12' } }));
    expect((await call()).text).toBe('');
  });

  test('of exactly the size limit passes', async () => {
    const { fetch, call } = setUp({ maxBytes: 10 });
    fetch.once(url, new Response('0123456789'));
    expect((await call()).text).toBe('0123456789');
  });

  test('sets a wrong local clock right, also when it is an error', async () => {
    const { fetch, call, clock, serverClock } = setUp();
    const later = clock.now() + 7_200_000;
    const headers = { Date: new Date(later).toUTCString() };
    fetch.once(url, jsonResponse({}, { status: 400, headers }));
    await call();
    expect(serverClock.now()).toBe(later);
  });
});

test.each([
  ['slept', 8 * 3_600_000],
  ['was set back', -3_600_000],
])('an answer from before the machine %s does not say what time it is', async (_how, ms) => {
  const { fetch, call, clock, serverClock } = setUp();
  const headers = { Date: new Date(clock.now()).toUTCString() };
  fetch.once(url, () => {
    clock.jump(ms);
    return jsonResponse({}, { headers });
  });
  await call();
  expect(serverClock.now()).toBe(clock.now());
});

describe('refused answers', () => {
  async function codeOf(answer: () => Response, options?: Partial<UpstreamOptions>) {
    const { fetch, call } = setUp(options);
    fetch.once(url, answer);
    const error = await call().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(KeyfobError);
    expect(fetch.requests).toHaveLength(1);
    return error as KeyfobError;
  }

  test('one byte over the limit is too large', async () => {
    const error = await codeOf(() => new Response('01234567890'), { maxBytes: 10 });
    expect(error.code).toBe('response_too_large');
  });

  test('an endless one is cut off at the limit, not collected', async () => {
    let sent = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1024;
        controller.enqueue(new Uint8Array(1024));
      },
      cancel() {
        cancelled = true;
      },
    });
    const error = await codeOf(() => new Response(body), { maxBytes: 10_000 });
    expect(error.code).toBe('response_too_large');
    expect(sent).toBeLessThan(14_000);
    expect(cancelled).toBe(true);
  });

  test('one that announces too much is refused before a byte is read', async () => {
    let pulled = 0;
    const body = streaming(() => {
      pulled += 1;
    });
    const headers = { 'Content-Length': '2000000' };
    const error = await codeOf(() => new Response(body, { headers }));
    expect(error.code).toBe('response_too_large');
    expect(pulled).toBe(0);
  });

  test.each([
    ['shorter', '20'],
    ['longer', '4'],
  ])('one that is %s than it says is truncated', async (_, length) => {
    const headers = { 'Content-Length': length };
    const error = await codeOf(() => new Response('{"ok":true}', { headers }));
    expect(error.code).toBe('response_truncated');
  });

  test('one without the body that it announced is truncated', async () => {
    const error = await codeOf(() => new Response(null, { headers: { 'Content-Length': '5' } }));
    expect(error.code).toBe('response_truncated');
  });

  test('one that breaks off is truncated', async () => {
    let first = true;
    const body = streaming((controller) => {
      if (first) controller.enqueue(new TextEncoder().encode('{"access'));
      else controller.error(new TypeError('terminated'));
      first = false;
    });
    const error = await codeOf(() => new Response(body));
    expect(error.code).toBe('response_truncated');
  });

  test('the length of compressed bytes says nothing about the text', async () => {
    const { fetch, call } = setUp();
    const headers = { 'Content-Encoding': 'gzip', 'Content-Length': '3' };
    fetch.once(url, new Response('{"ok":true}', { headers }));
    expect((await call()).text).toBe('{"ok":true}');
  });

  test.each([301, 302, 303, 307, 308])(
    'a redirect of status %i is refused, and only its host named',
    async (status) => {
      const headers = { Location: 'https://evil.example/collect?code=SECRET#x' };
      const error = await codeOf(() => new Response('go', { status, headers }));
      expect(error.code).toBe('response_redirected');
      expect(error.details).toMatchObject({ status, location: 'evil.example' });
      expect(JSON.stringify(error.toInfo())).not.toContain('SECRET');
    },
  );

  test.each(['/start', 'not a url at all', 'data:text/plain,SECRET'])(
    'a redirect to %j is refused without repeating it',
    async (location) => {
      const error = await codeOf(
        () => new Response('', { status: 302, headers: { Location: location } }),
      );
      expect(error.code).toBe('response_redirected');
      expect(error.details).not.toHaveProperty('location');
      expect(error.message).not.toContain('SECRET');
    },
  );
});

describe('retries', () => {
  test.each([429, 500, 502, 503, 504])(
    'status %i is tried three times, then returned',
    async (status) => {
      const { fetch, call, clock } = setUp();
      fetch.on(url, jsonResponse({ error: 'busy' }, { status }));
      const answer = call();
      await clock.advance(20_000);
      expect((await answer).status).toBe(status);
      expect(fetch.requests).toHaveLength(3);
    },
  );

  test('a connection error is tried three times, then thrown', async () => {
    const { fetch, call, clock } = setUp();
    fetch.on(url, unreachable);
    const answer = call();
    await clock.advance(20_000);
    await expect(answer).rejects.toMatchObject({ code: 'network_error' });
    expect(fetch.requests).toHaveLength(3);
  });

  test('a second attempt that works is the answer', async () => {
    const { fetch, call, clock } = setUp();
    fetch.once(url, unreachable);
    fetch.once(url, jsonResponse({ ok: true }));
    const answer = call();
    await clock.advance(1_000);
    expect((await answer).text).toBe('{"ok":true}');
  });

  test.each(['tls_error', 'response_truncated'] satisfies ErrorCode[])(
    '%s is not tried again',
    async (code) => {
      const { fetch, call, clock } = setUp();
      fetch.on(url, () => new KeyfobError(code, 'No.'));
      const answer = call();
      await clock.advance(20_000);
      await expect(answer).rejects.toMatchObject({ code });
      expect(fetch.requests).toHaveLength(1);
    },
  );

  test.each([
    ['silent', undefined, 3],
    ['that refuses', { status: 407 }, 1],
  ])('a proxy %s is tried as often as it makes sense', async (_, details, times) => {
    const { fetch, call, clock } = setUp();
    fetch.on(url, () => new KeyfobError('proxy_error', 'No.', { details }));
    const answer = call();
    await clock.advance(20_000);
    await expect(answer).rejects.toMatchObject({ code: 'proxy_error' });
    expect(fetch.requests).toHaveLength(times);
  });

  test('an error of our own is thrown as it is, once', async () => {
    const { fetch, call } = setUp();
    fetch.on(url, () => new RangeError('a bug'));
    await expect(call()).rejects.toThrow(RangeError);
    expect(fetch.requests).toHaveLength(1);
  });

  test('the waits grow, and jitter takes any part of them', async () => {
    const { fetch, call, clock } = setUp();
    fetch.on(url, unreachable);
    call();
    await settle();
    expect(clock.nextIn).toBeGreaterThan(499);
    expect(clock.nextIn).toBeLessThanOrEqual(500);
    await clock.advance(500);
    expect(fetch.requests).toHaveLength(2);
    expect(clock.nextIn).toBeGreaterThan(999);
    expect(clock.nextIn).toBeLessThanOrEqual(1_000);
    await clock.advance(1_000);
    expect(fetch.requests).toHaveLength(3);

    const eager = setUp({ random: { bytes: () => new Uint8Array(), fraction: () => 0 } });
    eager.fetch.on(url, unreachable);
    eager.call();
    await eager.clock.advance(0);
    expect(eager.fetch.requests).toHaveLength(3);
  });

  test('Retry-After in seconds is honoured', async () => {
    const { fetch, call, clock } = setUp();
    fetch.once(url, jsonResponse({}, { status: 429, headers: { 'Retry-After': '7' } }));
    fetch.once(url, jsonResponse({ ok: true }));
    const answer = call();
    await clock.advance(6_999);
    expect(fetch.requests).toHaveLength(1);
    await clock.advance(1);
    expect((await answer).status).toBe(200);
  });

  test('Retry-After as a date is read by the provider’s clock', async () => {
    const { fetch, call, clock } = setUp();
    const serverNow = clock.now() + 5 * 3_600_000;
    const headers = {
      Date: new Date(serverNow).toUTCString(),
      'Retry-After': new Date(serverNow + 4_000).toUTCString(),
    };
    fetch.once(url, jsonResponse({}, { status: 503, headers }));
    fetch.once(url, jsonResponse({ ok: true }));
    const answer = call();
    await clock.advance(3_999);
    expect(fetch.requests).toHaveLength(1);
    await clock.advance(1);
    expect((await answer).status).toBe(200);
  });

  test.each(['26', '86400', '99999999999999999999'])(
    'a Retry-After of %s s, past the deadline, returns the answer at once',
    async (seconds) => {
      const { fetch, call } = setUp();
      fetch.on(url, jsonResponse({}, { status: 429, headers: { 'Retry-After': seconds } }));
      expect((await call()).status).toBe(429);
      expect(fetch.requests).toHaveLength(1);
    },
  );

  test('a caller that paces itself gets its 429 at once', async () => {
    const { fetch, call } = setUp();
    fetch.on(url, jsonResponse({}, { status: 429 }));
    expect((await call({ attempts: 1 })).status).toBe(429);
    expect(fetch.requests).toHaveLength(1);
  });

  test('each attempt is prepared anew', async () => {
    const { fetch, call, clock } = setUp();
    fetch.on(url, unreachable);
    let count = 0;
    call({
      headers: { Accept: 'application/json' },
      prepare: async (headers) => {
        count += 1;
        return { ...headers, Authorization: `signature ${count}` };
      },
    });
    await clock.advance(5_000);
    expect(fetch.requests.map(({ headers }) => headers)).toEqual(
      [1, 2, 3].map((n) => ({ Accept: 'application/json', Authorization: `signature ${n}` })),
    );
  });
});

describe('deadlines', () => {
  test('an attempt without an answer ends after its own, and another one is made', async () => {
    const { fetch, call, clock } = setUp();
    fetch.once(url, never);
    fetch.once(url, jsonResponse({ ok: true }));
    const answer = call();
    await clock.advance(9_999);
    expect(fetch.requests).toHaveLength(1);
    expect(fetch.requests[0]?.signal?.aborted).toBe(false);
    await clock.advance(501);
    expect(fetch.requests[0]?.signal?.aborted).toBe(true);
    expect((await answer).status).toBe(200);
  });

  test('all attempts together end after the whole one', async () => {
    const { fetch, call, clock } = setUp();
    fetch.on(url, never);
    const answer = call();
    await clock.advance(25_000);
    await expect(answer).rejects.toMatchObject({ code: 'timeout' });
    expect(fetch.requests).toHaveLength(3);
    expect(clock.waiting).toBe(0);
  });

  test('a fetch that ignores its signal cannot hold a caller', async () => {
    const { ports, clock, serverClock } = setUp();
    const upstream = createUpstream({ ...ports, fetch: never, serverClock, attempts: 1 });
    const answer = watch(upstream.request({ operation: 'CreateToken', url, method: 'POST' }));
    await clock.advance(10_000);
    await expect(answer).rejects.toMatchObject({ code: 'timeout' });
  });

  test('a body that trickles ends after the attempt’s own, and is not asked for again', async () => {
    const { fetch, call, clock } = setUp();
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{')),
      cancel() {
        cancelled = true;
      },
    });
    fetch.once(url, () => new Response(body));
    const answer = call();
    await clock.advance(10_000);
    await expect(answer).rejects.toMatchObject({ code: 'timeout' });
    expect(cancelled).toBe(true);
    expect(fetch.requests).toHaveLength(1);
  });

  test('leaves no timer behind', async () => {
    const { fetch, call, clock } = setUp();
    fetch.on(url, jsonResponse({}));
    await call();
    expect(clock.waiting).toBe(0);
  });
});

describe('a caller that gives up', () => {
  const reason = new KeyfobError('sign_in_cancelled', 'Cancelled.');

  test('gets its own reason, before, during and between attempts', async () => {
    for (const setTheScene of [
      (fetch: ReturnType<typeof setUp>['fetch']) => fetch.on(url, never),
      (fetch: ReturnType<typeof setUp>['fetch']) => fetch.on(url, unreachable),
      (fetch: ReturnType<typeof setUp>['fetch']) =>
        fetch.on(url, () => new Response(new ReadableStream())),
    ]) {
      const { fetch, call, clock } = setUp();
      setTheScene(fetch);
      const controller = new AbortController();
      const answer = call({ signal: controller.signal });
      await settle();
      controller.abort(reason);
      await expect(answer).rejects.toBe(reason);
      expect(clock.waiting).toBe(0);
      expect(fetch.requests).toHaveLength(1);
    }
  });

  test('and one that lives on keeps nothing of calls that are over', async () => {
    const { fetch, call } = setUp();
    fetch.on(url, jsonResponse({}));
    const { signal } = new AbortController();
    await call({ signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('before the start, sends nothing', async () => {
    const { fetch, call } = setUp();
    await expect(call({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(fetch.requests).toHaveLength(0);
  });
});

describe('the log', () => {
  test('holds operation, host, status, duration, attempt and request id; nothing secret', async () => {
    const { fetch, call, clock, log } = setUp();
    fetch.once(url, unreachable);
    fetch.once(
      url,
      jsonResponse(
        { accessToken: 'SECRET' },
        { headers: { 'x-amzn-RequestId': '0b1c-77', 'Set-Cookie': 'SECRET' } },
      ),
    );
    const answer = call({ body: 'SECRET', headers: { Authorization: 'SECRET' } });
    await clock.advance(1_000);
    await answer;
    const common = {
      operation: 'CreateToken',
      host: 'oidc.eu-west-1.amazonaws.com',
      durationMs: 0,
    };
    expect(log.entries.map(({ level, event, facts }) => ({ level, event, ...facts }))).toEqual([
      { level: 'warn', event: 'upstream_attempt', ...common, attempt: 1, code: 'network_error' },
      {
        level: 'debug',
        event: 'upstream_attempt',
        ...common,
        attempt: 2,
        status: 200,
        requestId: '0b1c-77',
      },
    ]);
  });

  test('takes no request id that is none', async () => {
    const { fetch, call, log } = setUp();
    fetch.once(url, jsonResponse({}, { headers: { 'x-amzn-RequestId': 'a b <script>' } }));
    await call();
    expect(log.entries[0]?.facts).not.toHaveProperty('requestId');
  });

  test('and the errors name the host, never the path or the query', async () => {
    const { fetch, call, clock } = setUp();
    fetch.on(url, never);
    const answer = call();
    await clock.advance(30_000);
    const error = await answer.catch((caught: KeyfobError) => caught);
    expect(JSON.stringify(error)).not.toContain('in-the-url');
    expect((error as KeyfobError).details).toEqual({
      operation: 'CreateToken',
      host: 'oidc.eu-west-1.amazonaws.com',
    });
  });
});
