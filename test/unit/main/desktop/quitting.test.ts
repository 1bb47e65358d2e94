import { beforeEach, expect, test, vi } from 'vitest';
import { createQuitting } from '../../../../main/desktop/quitting.ts';
import { createFakeClock, settle } from '../../../support/fake-clock.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

const { app } = electron;
beforeEach(() => app.removeAllListeners());

function setUp() {
  const clock = createFakeClock();
  const done: string[] = [];
  const stopped = Promise.withResolvers<void>();
  const quitting = createQuitting(
    {
      stop() {
        done.push('helper stops');
        return stopped.promise;
      },
      stopped: stopped.promise,
    },
    {
      clock,
      clipboard: { write: async () => {}, clearSecret: async () => void done.push('clipboard') },
      exit(code): never {
        done.push(`exit ${code}`);
        return undefined as never;
      },
    },
  );
  quitting.before(() => done.push('furniture'));
  app.on('quit', () => done.push('quit'));
  return { clock, done, stopped, quitting };
}

test('quitting waits for the helper, which may have secrets to write', async () => {
  const { done, stopped } = setUp();
  app.quit();
  await settle();
  expect(done).toEqual(['furniture', 'helper stops', 'clipboard']);
  stopped.resolve();
  await settle();
  expect(done.slice(3)).toEqual(['quit']);
});

test('quitting again meanwhile changes nothing', async () => {
  const { done, stopped } = setUp();
  app.quit();
  app.quit();
  await settle();
  expect(done.filter((one) => one === 'helper stops')).toHaveLength(1);
  stopped.resolve();
  await settle();
  expect(done).toContain('quit');
});

test('a keychain that does not answer holds nobody up for more than a minute', async () => {
  const { clock, done } = setUp();
  app.quit();
  await clock.advance(60_000);
  expect(done.at(-1)).toBe('exit 0');
});

test('without its helper, which somebody has stopped, the app ends too', async () => {
  const { done, stopped } = setUp();
  stopped.resolve();
  await settle();
  expect(done).toContain('furniture');
  expect(done.at(-1)).toBe('quit');
});

test('an update is installed after the helper has stopped', async () => {
  const { done, stopped, quitting } = setUp();
  quitting.for(() => done.push('install'));
  await settle();
  expect(done).not.toContain('install');
  stopped.resolve();
  await settle();
  expect(done.slice(3)).toEqual(['install']);
});

test('a failure ends with its code', async () => {
  const { done, stopped, quitting } = setUp();
  void quitting.now(1);
  stopped.resolve();
  await settle();
  expect(done.slice(3)).toEqual(['exit 1']);
});
