import type { Settings } from '../../shared/model.ts';
import type { Browser, Notice, Notifier } from '../ports.ts';

/** The browser that the person has chosen, unless a connection has one of its own. */
export function chosenBrowser(browser: Browser, settings: () => Settings): Browser {
  return {
    get available() {
      return browser.available;
    },
    open: (url, command) => browser.open(url, command ?? settings().browser ?? undefined),
  };
}

/** Passes on the notices that the person wants to see. */
export function chosenNotifier(notifier: Notifier, settings: () => Settings): Notifier {
  return {
    notify(notice) {
      if (settings().notifications[switches[notice.kind]]) notifier.notify(notice);
    },
  };
}

const switches: Record<Notice['kind'], keyof Settings['notifications']> = {
  expiring: 'expiring',
  sign_in_required: 'signInRequired',
  signed_in: 'signedIn',
  confirmation: 'confirmation',
  mfa: 'confirmation',
};
