import { expect, test } from 'vitest';
import { createFakePorts, jsonResponse } from '../../support/fake-ports.ts';

test('the fake clock runs due timers in order and lets promises settle between them', async () => {
  const { clock } = createFakePorts({ startMs: 1_000 });
  const heard: [string, number][] = [];
  clock.after(20, () => heard.push(['second', clock.now()]));
  clock.after(10, () => {
    void Promise.resolve().then(() => clock.after(5, () => heard.push(['first', clock.now()])));
  });
  clock.after(31, () => heard.push(['too late', clock.now()]));
  const cancel = clock.after(12, () => heard.push(['cancelled', clock.now()]));
  cancel();
  await clock.advance(30);
  expect(heard).toEqual([
    ['first', 1_015],
    ['second', 1_020],
  ]);
  expect(clock.now()).toBe(1_030);
  expect(clock.waiting).toBe(1);
  expect(clock.nextIn).toBe(1);
});

test('the fake fetch answers from its script, again and again where told to', async () => {
  const { fetch } = createFakePorts();
  fetch.on('https://a.test/', jsonResponse({ usual: true }));
  fetch.once(/token$/, jsonResponse({ code: 'slow_down' }, { status: 400 }));
  const get = async () => await fetch('https://a.test/token', { method: 'GET', headers: {} });
  expect((await get()).status).toBe(400);
  expect(await (await get()).json()).toEqual({ usual: true });
  expect(await (await get()).json()).toEqual({ usual: true });
  expect(fetch.to('https://a.test/')).toHaveLength(3);
});

test('the fake fetch rejects what nothing expects, and ends a wait when aborted', async () => {
  const { fetch } = createFakePorts();
  const unexpected = fetch('https://b.test/', { method: 'POST', headers: {} });
  await expect(unexpected).rejects.toThrow('POST https://b.test/');
  expect(fetch.unexpected).toHaveLength(1);
  fetch.unexpected.length = 0;

  fetch.on('https://c.test/', () => new Promise(() => undefined));
  const abort = new AbortController();
  const waiting = fetch('https://c.test/', { method: 'GET', headers: {}, signal: abort.signal });
  abort.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});
