import { expect, test } from 'vitest';
import { createServerClock, createUpstream } from '../../../../main/upstream.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { createFakePorts, jsonResponse, settle } from '../../../support/fake-ports.ts';

/** Many requests for the same operation while its host is in trouble. */

const url = 'https://sts.eu-west-1.amazonaws.com/';
const unreachable = () => new KeyfobError('network_error', 'No answer.', { hint: 'Wait.' });

function setUp(answer: (number: number) => Promise<Response> | Response) {
  const ports = createFakePorts();
  let sent = 0;
  const fetch = async () => {
    sent += 1;
    return await answer(sent);
  };
  const random = { ...ports.random, fraction: () => 0.5 };
  const serverClock = createServerClock(ports.clock);
  const upstream = createUpstream({ ...ports, fetch, random, serverClock });
  const call = (operation = 'AssumeRole', signal?: AbortSignal, attempts?: number) => {
    const more = attempts === undefined ? {} : { attempts };
    const asked = upstream.request({ operation, url, method: 'POST', signal, ...more });
    return asked.then(
      ({ status }) => status,
      (error: unknown) => (error instanceof KeyfobError ? error.code : error),
    );
  };
  const many = (count: number) => Array.from({ length: count }, () => call());
  return { ...ports, call, many, sent: () => sent };
}

test('that it can not be reached is found out by one, and told to all', async () => {
  const { clock, many, sent } = setUp(() => Promise.reject(unreachable()));
  const first = many(40);
  await clock.advance(5_000);
  expect(new Set(await Promise.all(first))).toEqual(new Set(['network_error']));
  // All of them were under way when the first one failed.
  expect(sent()).toBe(42);
  const second = many(40);
  await clock.advance(5_000);
  expect(new Set(await Promise.all(second))).toEqual(new Set(['network_error']));
  expect(sent()).toBe(45);
});

test('when it answers again, all go on at once', async () => {
  let down = true;
  const { clock, many, call, sent } = setUp(() =>
    down ? Promise.reject(unreachable()) : jsonResponse({}),
  );
  const asked = many(40);
  await settle();
  down = false;
  await clock.advance(5_000);
  expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
  expect(sent()).toBe(80);
  expect(await call()).toBe(200);
});

test.each([500, 429])('an answer of %i is of one request: each gets its own', async (status) => {
  const { clock, many, sent } = setUp((number) =>
    jsonResponse({}, { status: number % 10 === 0 ? 200 : status }),
  );
  const asked = many(40);
  await clock.advance(5_000);
  const outcomes = await Promise.all(asked);
  expect(outcomes.filter((outcome) => outcome === 200).length).toBeGreaterThan(4);
  expect(new Set(outcomes)).toEqual(new Set([200, status]));
  // 40 at first; then the retries of one, and one of each.
  expect(sent()).toBeLessThan(90);
});

test('whoever goes ahead and gives up leaves it to the next', async () => {
  const { clock, call, sent } = setUp((number) =>
    number < 4 ? Promise.reject(unreachable()) : jsonResponse({}),
  );
  const leader = new AbortController();
  const [first, second] = [call('AssumeRole', leader.signal), call()];
  await settle();
  leader.abort('gone');
  expect(await first).toBe('gone');
  await clock.advance(5_000);
  expect(await second).toBe(200);
  expect(sent()).toBe(4);
});

test('another operation of the same host is its own', async () => {
  const stuck = new Promise<Response>(() => undefined);
  const { clock, call, sent } = setUp((number) => {
    if (number === 1) return Promise.reject(unreachable());
    return number === 2 ? stuck : jsonResponse({});
  });
  const asked = call('AssumeRole');
  await clock.advance(500);
  expect(sent()).toBe(2);
  expect(await call('GetCallerIdentity')).toBe(200);
  await clock.advance(30_000);
  await asked;
});

test('who tries but once waits for nobody', async () => {
  const { clock, call, sent } = setUp((number) =>
    number === 1 ? Promise.reject(unreachable()) : jsonResponse({}),
  );
  const asked = call();
  await settle();
  expect(await call('AssumeRole', undefined, 1)).toBe(200);
  expect(sent()).toBe(2);
  await clock.advance(5_000);
  expect(await asked).toBe(200);
});

test('nobody waits longer than their own time', async () => {
  const { clock, call } = setUp((number) =>
    number === 1 ? Promise.reject(unreachable()) : new Promise<Response>(() => undefined),
  );
  const asked = [call(), call()];
  await clock.advance(25_000);
  expect(await Promise.all(asked)).toEqual(['timeout', 'timeout']);
});
