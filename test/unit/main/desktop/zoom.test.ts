import { beforeEach, describe, expect, test } from 'vitest';
import { followZoom } from '../../../../main/desktop/zoom.ts';
import { createEvent, FakeWebContents } from '../../../support/fake-electron.ts';

let contents: FakeWebContents;
let told: number;

beforeEach(() => {
  contents = new FakeWebContents();
  told = 0;
  followZoom(contents as never, () => {
    told += 1;
  });
});

/** Presses a key. Whether the page is spared it. */
function press(key: string, held: object = { control: true }, type = 'keyDown'): boolean {
  const event = createEvent();
  const input = { type, key, control: false, meta: false, alt: false, ...held };
  contents.emit('before-input-event', event, input);
  return event.defaultPrevented;
}

test('plus and minus go in steps, with and without Shift, and 0 goes back', () => {
  expect(press('+')).toBe(true);
  expect(press('=', { meta: true })).toBe(true);
  expect(contents.zoomFactor).toBe(1.5);
  press('-');
  expect(contents.zoomFactor).toBe(1.25);
  press('0');
  expect(contents.zoomFactor).toBe(1);
  expect(told).toBe(4);
});

test('it ends at twice the size, and at three quarters', () => {
  for (let time = 0; time < 9; time++) press('+');
  expect(contents.zoomFactor).toBe(2);
  for (let time = 0; time < 9; time++) press('-');
  expect(contents.zoomFactor).toBe(0.75);
});

test('so does the wheel', () => {
  contents.emit('zoom-changed', createEvent(), 'in');
  contents.emit('zoom-changed', createEvent(), 'in');
  contents.emit('zoom-changed', createEvent(), 'out');
  expect(contents.zoomFactor).toBe(1.25);
});

describe('what is typed reaches the page:', () => {
  test.each([
    ['a plus alone', '+', {}],
    ['a shortcut of the page', 'k', { control: true }],
    ['a sign that AltGr makes', '0', { control: true, alt: true }],
  ])('%s', (_what, key, held) => {
    expect(press(key, held)).toBe(false);
    expect(contents.zoomFactor).toBe(1);
  });

  test('a key that is let go', () => {
    expect(press('+', { control: true }, 'keyUp')).toBe(false);
    expect(told).toBe(0);
  });
});
