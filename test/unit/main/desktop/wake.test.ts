import { expect, test, vi } from 'vitest';
import { createDesktopWake } from '../../../../main/desktop/wake.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { createFakeWake } from '../../../support/fake-ports.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

function setUp() {
  const clock = createFakeClock();
  const signs = createFakeWake();
  let woken = 0;
  const stop = createDesktopWake(clock, signs).subscribe(() => {
    woken += 1;
  });
  return { clock, signs, stop, woken: () => woken };
}

test.each(['resume', 'unlock-screen'])('%s wakes', (event) => {
  const { woken } = setUp();
  electron.powerMonitor.emit(event);
  expect(woken()).toBe(1);
});

test('the network coming back wakes; its going and its staying do not', async () => {
  const { clock, woken } = setUp();
  await clock.advance(20_000);
  electron.net.isOnline.mockReturnValue(false);
  await clock.advance(20_000);
  expect(woken()).toBe(0);
  electron.net.isOnline.mockReturnValue(true);
  await clock.advance(20_000);
  expect(woken()).toBe(1);
});

test('so does what plain Node can tell', () => {
  const { signs, woken } = setUp();
  signs.wake();
  expect(woken()).toBe(1);
});

test('after stopping nothing listens', async () => {
  electron.powerMonitor.removeAllListeners();
  const { clock, signs, stop, woken } = setUp();
  stop();
  electron.powerMonitor.emit('resume');
  await clock.advance(20_000);
  expect(woken()).toBe(0);
  expect(signs.listeners).toBe(0);
  expect(electron.powerMonitor.eventNames()).toEqual([]);
});
