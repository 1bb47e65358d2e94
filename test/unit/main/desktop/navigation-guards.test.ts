import { expect, test } from 'vitest';
import { guardNavigation } from '../../../../main/desktop/navigation-guards.ts';
import { createEvent, FakeWebContents } from '../../../support/fake-electron.ts';

const contents = new FakeWebContents();
guardNavigation(contents as never);

test.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
  '%s is prevented, wherever it leads',
  (name) => {
    for (const url of ['https://example.com/', 'app://keyfob/index.html']) {
      const event = Object.assign(createEvent(), { url });
      contents.emit(name, event, url);
      expect(event.defaultPrevented).toBe(true);
    }
  },
);

test('no window is opened', () => {
  expect(contents.openHandler?.({ url: 'https://example.com/' })).toEqual({ action: 'deny' });
  expect(contents.openHandler?.({ url: 'app://keyfob/index.html' })).toEqual({ action: 'deny' });
});
