import { describe, expect, test } from 'vitest';
import { fetchRoleCredentials } from '../../../../main/accounts/role-credentials.ts';
import type { AwsCredentials } from '../../../../main/accounts/source.ts';
import { createStock, type Order } from '../../../../main/accounts/stock.ts';
import type { AccountOf } from '../../../../shared/account.ts';
import { type ErrorCode, KeyfobError } from '../../../../shared/errors.ts';
import { accountsOf } from '../../../support/accounts.ts';
import { createFakePorts, settle } from '../../../support/fake-ports.ts';
import { createFakeSource, createFakeTokens } from '../../../support/fake-source.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const [account, other] = accountsOf(['dev'], ['prod']) as [
  AccountOf<'aws-role'>,
  AccountOf<'aws-role'>,
];

function setUp() {
  const { clock, log, wake } = createFakePorts();
  const source = createFakeSource(clock);
  const tokens = createFakeTokens();
  const shown = new Map<string, number>();
  const stock = createStock<AwsCredentials>({
    clock,
    wake,
    log,
    onChange(id, expiresAt) {
      if (expiresAt === undefined) shown.delete(id);
      else shown.set(id, expiresAt);
    },
  });
  const orderOf = (of: AccountOf<'aws-role'>): Order<AwsCredentials> => ({
    key: of.id,
    accounts: [of.id],
    connections: [of.connection],
    ahead: true,
    now: source.now,
    fetch: (signal) => fetchRoleCredentials(of, source, tokens, signal),
  });
  const cache = {
    ...stock,
    get: (of: AccountOf<'aws-role'>, signal?: AbortSignal) => stock.get(orderOf(of), signal),
    cached: (of: AccountOf<'aws-role'>) => stock.cached(of.id),
  };
  return { cache, stock, orderOf, clock, log, wake, source, tokens, shown };
}

function failure(code: ErrorCode): KeyfobError {
  return new KeyfobError(code, `It was ${code}.`);
}

function failing(code: ErrorCode) {
  return () => Promise.reject(failure(code));
}

const upstreamFailures = ['network_error', 'timeout', 'server_error', 'too_many_requests'] as const;

describe('what is handed out', () => {
  test('nothing is at hand before it was asked for', () => {
    const { cache } = setUp();
    expect(cache.cached(account)).toBeUndefined();
  });

  test('a second request within the hour is answered from memory, synchronously', async () => {
    const { cache, source } = setUp();
    const first = await cache.get(account);
    expect(cache.cached(account)).toBe(first);
    expect(await cache.get(account)).toBe(first);
    expect(source.calls).toHaveLength(1);
  });

  test('always more than fifteen minutes are left, at any moment of a day of use', async () => {
    const { cache, clock, source } = setUp();
    let least = Number.POSITIVE_INFINITY;
    for (let passed = 0; passed < 24 * hour; passed += 7 * minute) {
      const credentials = await cache.get(account);
      least = Math.min(least, credentials.expiresAt - source.now());
      await clock.advance(7 * minute);
    }
    expect(least).toBeGreaterThan(15 * minute);
    expect(source.calls.length).toBeLessThan(24 * 2);
  });

  test('of credentials that last seconds, the first half is handed out', async () => {
    const { cache, clock, source } = setUp();
    source.answer = async () => source.make(4 * second);
    const first = await cache.get(account);
    await clock.advance(1_400);
    expect(cache.cached(account)).toBe(first);
    await clock.advance(10 * second);
    expect((await cache.get(account)).expiresAt - source.now()).toBeGreaterThan(0);
  });

  test('expiry is judged by the provider, not by a wrong local clock', async () => {
    const { cache, clock, source } = setUp();
    source.aheadMs = -5 * hour;
    await cache.get(account);
    clock.jump(3 * hour);
    source.aheadMs -= 3 * hour;
    expect(cache.cached(account)).toBeDefined();
    source.aheadMs += 50 * minute;
    expect(cache.cached(account)).toBeUndefined();
  });

  test('accounts do not get each other’s credentials', async () => {
    const { cache, source } = setUp();
    const [one, two] = await Promise.all([cache.get(account), cache.get(other)]);
    expect(one.accessKeyId).not.toBe(two.accessKeyId);
    expect(source.calls).toEqual(['000000000001/Admin token-1', '000000000002/Admin token-1']);
  });
});

describe('one call upstream, however many ask', () => {
  test('1,000 at once make one call and get the same answer', async () => {
    const { cache, source } = setUp();
    const gate = Promise.withResolvers<void>();
    source.answer = async () => {
      await gate.promise;
      return source.make(hour);
    };
    const waiting = Array.from({ length: 1_000 }, () => cache.get(account));
    await settle();
    gate.resolve();
    expect(new Set(await Promise.all(waiting)).size).toBe(1);
    expect(source.calls).toHaveLength(1);
  });

  test('1,000 at once on expired credentials make one call', async () => {
    const { cache, clock, source } = setUp();
    await cache.get(account);
    clock.jump(2 * hour);
    await Promise.all(Array.from({ length: 1_000 }, () => cache.get(account)));
    expect(source.calls).toHaveLength(2);
  });

  test('a caller who gives up ends its own wait alone', async () => {
    const { cache, source } = setUp();
    const gate = Promise.withResolvers<void>();
    const signals: AbortSignal[] = [];
    source.answer = async (_account, _token, signal) => {
      signals.push(signal);
      await gate.promise;
      return source.make(hour);
    };
    const gone = new AbortController();
    const first = cache.get(account, gone.signal);
    const second = cache.get(account, new AbortController().signal);
    await settle();
    gone.abort(new Error('hung up'));
    await expect(first).rejects.toThrow('hung up');
    expect(signals[0]?.aborted).toBe(false);
    gate.resolve();
    expect((await second).accessKeyId).toBe('AKID1');
    expect(source.calls).toHaveLength(1);
  });

  test('who comes with an aborted signal asks nobody', async () => {
    const { cache, source } = setUp();
    const gone = new AbortController();
    gone.abort(new Error('hung up'));
    await expect(cache.get(account, gone.signal)).rejects.toThrow('hung up');
    expect(source.calls).toEqual([]);
  });
});

describe('renewal ahead of time', () => {
  test('an account in use is renewed before its credentials stop being handed out', async () => {
    const { cache, clock, source, shown } = setUp();
    const first = await cache.get(account);
    await clock.advance(39 * minute);
    expect(source.calls).toHaveLength(1);
    await clock.advance(1 * minute);
    expect(source.calls).toHaveLength(2);
    const next = cache.cached(account);
    expect(next).not.toBe(first);
    expect(shown.get(account.id)).toBe(next?.expiresAt);
  });

  test('an account that nobody used for an hour is left alone, and forgotten when it expires', async () => {
    const { cache, clock, source, shown } = setUp();
    source.answer = async () => source.make(12 * hour);
    await cache.get(account);
    await clock.advance(11 * hour + 59 * minute);
    expect(source.calls).toHaveLength(1);
    expect(shown.has(account.id)).toBe(true);
    await clock.advance(2 * minute);
    expect(shown.has(account.id)).toBe(false);
    expect(clock.waiting).toBe(0);
  });

  test('one used again shortly before the limit is renewed behind the answer', async () => {
    const { cache, clock, source } = setUp();
    source.answer = async () => source.make(12 * hour);
    const first = await cache.get(account);
    await clock.advance(12 * hour - 17 * minute);
    expect(await cache.get(account)).toBe(first);
    await settle();
    expect(source.calls).toHaveLength(2);
    expect(cache.cached(account)).not.toBe(first);
  });

  test('a failed renewal is tried again, and nobody notices', async () => {
    const { cache, clock, source } = setUp();
    const first = await cache.get(account);
    source.answer = failing('network_error');
    await clock.advance(41 * minute);
    expect(cache.cached(account)).toBe(first);
    source.answer = async () => source.make(hour);
    await clock.advance(1 * minute);
    expect(cache.cached(account)).not.toBe(first);
  });

  test('after sleep what is due is renewed at once', async () => {
    const { cache, clock, source, wake } = setUp();
    source.answer = async () => source.make(2 * hour);
    await cache.get(account);
    clock.jump(50 * minute);
    wake.wake();
    await settle();
    expect(source.calls).toHaveLength(1);
    cache.cached(account);
    clock.jump(52 * minute);
    wake.wake();
    await settle();
    expect(source.calls).toHaveLength(2);
  });
});

describe('when upstream fails', () => {
  test.each(upstreamFailures)('%s: credentials that are still valid are served', async (code) => {
    const { cache, clock, source } = setUp();
    const first = await cache.get(account);
    source.answer = failing(code);
    clock.jump(50 * minute);
    expect(await cache.get(account)).toBe(first);
  });

  test.each(upstreamFailures)('%s: expired credentials are not served', async (code) => {
    const { cache, clock, source } = setUp();
    await cache.get(account);
    source.answer = failing(code);
    clock.jump(61 * minute);
    await expect(cache.get(account)).rejects.toMatchObject({ code });
  });

  test('who holds something valid waits five seconds at most', async () => {
    const { cache, clock, source } = setUp();
    const first = await cache.get(account);
    const gate = Promise.withResolvers<void>();
    source.answer = async () => {
      await gate.promise;
      return source.make(hour);
    };
    clock.jump(50 * minute);
    const answered = cache.get(account);
    await clock.advance(5 * second);
    expect(await answered).toBe(first);
    gate.resolve();
    await settle();
    expect(cache.cached(account)?.accessKeyId).toBe('AKID2');
  });

  test('who holds nothing waits as long as upstream takes', async () => {
    const { cache, clock, source } = setUp();
    source.answer = async () => {
      await new Promise<void>((resolve) => void clock.after(20 * second, resolve));
      return source.make(hour);
    };
    const answered = cache.get(account);
    await clock.advance(20 * second);
    expect((await answered).accessKeyId).toBe('AKID1');
  });

  test('a storm of tools does not become a storm upstream', async () => {
    const { cache, clock, source } = setUp();
    source.answer = failing('server_error');
    let answered = 0;
    for (let passed = 0; passed < 60 * second; passed += 100) {
      await cache.get(account).catch(() => answered++);
      await clock.advance(100);
    }
    expect(answered).toBe(600);
    expect(source.calls.length).toBeLessThanOrEqual(15);
  });

  test('it works again within five seconds of the portal being back', async () => {
    const { cache, clock, source } = setUp();
    source.answer = failing('server_error');
    for (let i = 0; i < 100; i++) {
      await cache.get(account).catch(() => undefined);
      await clock.advance(1 * second);
    }
    source.answer = async () => source.make(hour);
    await clock.advance(5 * second);
    expect((await cache.get(account)).accessKeyId).toBe('AKID1');
  });

  test('a failure that nobody has come back to for a minute is forgotten', async () => {
    const { cache, clock, source } = setUp();
    const calls = () => source.calls.length;
    source.answer = failing('server_error');
    for (let failed = 0; failed < 5; failed += 1) {
      await expect(cache.get(account)).rejects.toThrow();
      await clock.advance(5 * second);
    }
    await clock.advance(minute);
    const before = calls();
    await expect(cache.get(account)).rejects.toThrow();
    await clock.advance(1.5 * second);
    await expect(cache.get(account)).rejects.toThrow();
    // After the first failure it rests for a second, after the sixth for five.
    expect(calls() - before).toBe(2);
    await clock.advance(2 * minute);
    expect(clock.waiting).toBe(0);
  });

  test('a machine that woke does not wait for that', async () => {
    const { cache, source, wake } = setUp();
    source.answer = failing('network_error');
    await cache.get(account).catch(() => undefined);
    source.answer = async () => source.make(hour);
    wake.wake();
    expect((await cache.get(account)).accessKeyId).toBe('AKID1');
  });
});

describe('when the portal refuses', () => {
  test('401: the token is renewed and the call made once more', async () => {
    const { cache, source, tokens } = setUp();
    source.answer = async (_, token) => {
      if (token === 'token-1') throw failure('unauthorized');
      return source.make(hour);
    };
    expect((await cache.get(account)).accessKeyId).toBe('AKID1');
    expect(tokens.renewals).toEqual(['token-1']);
    expect(source.calls).toHaveLength(2);
  });

  test('401 for the renewed token too: an error, no loop', async () => {
    const { cache, source, tokens } = setUp();
    source.answer = failing('unauthorized');
    await expect(cache.get(account)).rejects.toMatchObject({
      code: 'unauthorized',
      hint: 'Sign in again with `keyfob login acme`.',
    });
    expect(source.calls).toHaveLength(2);
    expect(tokens.renewals).toHaveLength(1);
  });

  test.each(['forbidden', 'not_found'] as const)(
    '%s: a hint at what to do, and no token is renewed for it',
    async (code) => {
      const { cache, source, tokens } = setUp();
      source.answer = failing(code);
      await expect(cache.get(account)).rejects.toMatchObject({
        code,
        message: expect.stringContaining('acme/dev/Admin'),
        hint: expect.stringContaining('keyfob accounts --sync'),
      });
      expect(tokens.renewals).toEqual([]);
    },
  );

  test('forbidden: what is left of the old credentials is not served', async () => {
    const { cache, clock, source } = setUp();
    await cache.get(account);
    source.answer = failing('forbidden');
    clock.jump(50 * minute);
    await expect(cache.get(account)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('sign-in required: said at once, each time, and over as soon as someone has signed in', async () => {
    const { cache, source, tokens } = setUp();
    tokens.failure = failure('sign_in_required');
    await expect(cache.get(account)).rejects.toMatchObject({ code: 'sign_in_required' });
    await expect(cache.get(account)).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(source.calls).toEqual([]);
    tokens.failure = undefined;
    expect((await cache.get(account)).accessKeyId).toBe('AKID1');
  });
});

describe('on sign-out', () => {
  test('nothing is left', async () => {
    const { cache, clock, tokens, shown } = setUp();
    await cache.get(account);
    cache.drop('acme');
    expect(cache.cached(account)).toBeUndefined();
    expect(shown.size).toBe(0);
    expect(clock.waiting).toBe(0);
    tokens.failure = failure('sign_in_required');
    await expect(cache.get(account)).rejects.toMatchObject({ code: 'sign_in_required' });
  });

  test('what is on its way does not arrive', async () => {
    const { cache, source, shown } = setUp();
    const gate = Promise.withResolvers<void>();
    source.answer = async () => {
      await gate.promise;
      return source.make(hour);
    };
    const waiting = cache.get(account);
    await settle();
    cache.drop('acme');
    await expect(waiting).rejects.toMatchObject({ code: 'sign_in_required' });
    gate.resolve();
    await settle();
    expect(cache.cached(account)).toBeUndefined();
    expect(shown.size).toBe(0);
  });

  test('other connections keep theirs', async () => {
    const { cache } = setUp();
    await cache.get(account);
    cache.drop('beta');
    expect(cache.cached(account)).toBeDefined();
  });
});

test('no secret reaches the log', async () => {
  const { cache, clock, log, source } = setUp();
  await cache.get(account);
  source.answer = failing('network_error');
  await clock.advance(2 * hour);
  await cache.get(account).catch(() => undefined);
  expect(log.entries.length).toBeGreaterThan(0);
  expect(JSON.stringify(log.entries)).not.toMatch(/secret-key|session-token|token-1/);
});

test('closing lets go of every timer and listener', async () => {
  const { cache, clock, wake } = setUp();
  await cache.get(account);
  cache.close();
  expect(clock.waiting).toBe(0);
  expect(wake.listeners).toBe(0);
});

describe('after a new sign-in', () => {
  test('nothing of the earlier session is handed out, nor kept if it comes late', async () => {
    const { cache, source, shown } = setUp();
    const earlier = await cache.get(account);
    const late = source.make(hour);
    const answer = Promise.withResolvers<typeof late>();
    source.answer = () => answer.promise;
    const waiting = cache.get(other);
    await settle();

    cache.outdate('acme');
    expect(cache.cached(account)).toBeUndefined();
    answer.resolve(late);
    expect(await waiting).toBe(late);
    expect(cache.cached(other)).toBeUndefined();
    expect(shown.size).toBe(0);

    source.answer = async () => source.make(hour);
    expect(await cache.get(account)).not.toBe(earlier);
    expect(await cache.get(other)).not.toBe(late);
  });

  test('the credentials of other connections stay', async () => {
    const { cache } = setUp();
    const held = await cache.get(account);
    cache.outdate('beta');
    expect(cache.cached(account)).toBe(held);
  });
});

describe('what was refused although it looked good', () => {
  test('is handed out no more, and got anew', async () => {
    const { cache, stock } = setUp();
    const refused = await cache.get(account);
    stock.refuse(account.id, refused);
    expect(cache.cached(account)).toBeUndefined();
    expect(await cache.get(account)).not.toBe(refused);
  });

  test('what has replaced it meanwhile stays', async () => {
    const { cache, stock } = setUp();
    const refused = await cache.get(account);
    stock.refuse(account.id, refused);
    const next = await cache.get(account);
    stock.refuse(account.id, refused);
    expect(cache.cached(account)).toBe(next);
  });
});

test('what nobody answered is not asked again for five minutes while something valid is at hand', async () => {
  const { cache, clock, source } = setUp();
  const first = await cache.get(account);
  let asked = 0;
  source.answer = async () => {
    asked++;
    throw failure('mfa_required');
  };
  await clock.advance(46 * minute);
  const before = asked;
  for (let times = 0; times < 4; times += 1) {
    expect(await cache.get(account)).toBe(first);
    await clock.advance(minute);
  }
  expect(asked - before).toBeLessThanOrEqual(1);
  await clock.advance(5 * minute);
  await cache.get(account);
  expect(asked - before).toBeGreaterThanOrEqual(1);
});
