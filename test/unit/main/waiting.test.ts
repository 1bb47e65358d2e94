import { expect, test } from 'vitest';
import { createTurns } from '../../../main/turns.ts';
import { pause, settled, unlessAborted, within } from '../../../main/waiting.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const never = new Promise<never>(() => undefined);
const aborted = (reason: unknown) => AbortSignal.abort(reason);

test('a wait ends with its promise, whichever way that goes', async () => {
  const { signal } = new AbortController();
  expect(await unlessAborted(Promise.resolve('done'), signal)).toBe('done');
  await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
});

test('a wait ends with the reason of its signal, before and while it lasts', async () => {
  await expect(unlessAborted(never, aborted('gone'))).rejects.toBe('gone');
  await expect(unlessAborted(Promise.resolve('done'), aborted('gone'))).rejects.toBe('gone');
  const controller = new AbortController();
  const wait = unlessAborted(never, controller.signal);
  controller.abort('left');
  await expect(wait).rejects.toBe('left');
});

test('without a signal it is the promise itself', () => {
  expect(unlessAborted(never, undefined)).toBe(never);
});

test('what fails after somebody left is nobody’s business', async () => {
  const late = Promise.withResolvers<void>();
  const unheard: unknown[] = [];
  const hear = (error: unknown) => void unheard.push(error);
  process.on('unhandledRejection', hear);
  await expect(unlessAborted(late.promise, aborted('gone'))).rejects.toBe('gone');
  late.reject(new Error('late'));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', hear);
  expect(unheard).toEqual([]);
});

test('a pause lasts as long as the clock says, or until the signal', async () => {
  const clock = createFakeClock();
  const controller = new AbortController();
  const [whole, cut] = [
    pause(clock, 100, new AbortController().signal),
    pause(clock, 200, controller.signal),
  ];
  await clock.advance(100);
  await whole;
  controller.abort('enough');
  await expect(cut).rejects.toBe('enough');
  await expect(pause(clock, 100, aborted('gone'))).rejects.toBe('gone');
});

test('a limit ends the wait, and either way the rest goes on', async () => {
  const clock = createFakeClock();
  const limited = within(clock, 100, never, () => new Error('late'));
  const quiet = settled(clock, 100, never);
  const heard = expect(limited).rejects.toThrow('late');
  await clock.advance(100);
  await heard;
  await quiet;
  await settled(clock, 100, Promise.reject(new Error('no')));
});

test('turns are taken in order, and a failed one holds up nobody', async () => {
  const turns = createTurns();
  const log: string[] = [];
  const first = Promise.withResolvers<void>();
  const one = turns.run(async () => {
    await first.promise;
    log.push('one');
    throw new Error('no');
  });
  const two = turns.run(async () => void log.push('two'));
  expect(log).toEqual([]);
  first.resolve();
  await expect(one).rejects.toThrow('no');
  await two;
  await turns.done();
  expect(log).toEqual(['one', 'two']);
});
