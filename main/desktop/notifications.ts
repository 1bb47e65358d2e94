import { Notification, type NotificationConstructorOptions } from 'electron';
import type { Notice, Notifier } from '../ports.ts';
import type { StateStore } from '../state.ts';
import { printable } from './session-words.ts';

/** What a notification's buttons and a click on it do. Each shows its own failure. */
export interface NoticeActions {
  signIn(connection: string): void;
  answer(confirmation: string, allow: boolean): void;
  /** Shows the window, where everything can be done too. */
  open(): void;
}

export interface DesktopNotifier extends Notifier {
  /** Notices that come before this are shown then. */
  start(actions: NoticeActions, state: StateStore): void;
  /** A notification of the shell's own. A click on it does `onClick`. */
  tell(title: string, body: string, onClick?: () => void): void;
  close(): void;
}

interface Button {
  readonly text: string;
  run(): void;
}

const titles: Record<Notice['kind'], string> = {
  sign_in_required: 'Sign-in needed',
  signed_in: 'Signed in',
  expiring: 'Session ends soon',
  confirmation: 'Allow access?',
  mfa: 'MFA code needed',
};

/** The desktop's notifications; the latest about a thing takes the place of the one before. */
export function createDesktopNotifier(): DesktopNotifier {
  // A notification that nobody holds is collected, and its buttons then do nothing.
  const shown = new Map<string, Notification>();
  const early: Notice[] = [];
  let actions: NoticeActions | undefined;
  let unsubscribe = () => {};

  function buttonsOf({ kind, connection, confirmation }: Notice, act: NoticeActions): Button[] {
    if (kind === 'confirmation' && confirmation !== undefined) {
      return [
        { text: 'Allow', run: () => act.answer(confirmation, true) },
        { text: 'Refuse', run: () => act.answer(confirmation, false) },
      ];
    }
    if (kind === 'sign_in_required' || kind === 'expiring') {
      return [{ text: 'Sign in', run: () => act.signIn(connection) }];
    }
    return [];
  }

  function show(
    key: string,
    options: NotificationConstructorOptions,
    buttons: readonly Button[],
    onClick: () => void,
  ): void {
    if (!Notification.isSupported()) return;
    shown.get(key)?.close();
    const notification = new Notification({
      ...options,
      actions: buttons.map(({ text }) => ({ type: 'button', text })),
    });
    shown.set(key, notification);
    const forget = () => {
      if (shown.get(key) === notification) shown.delete(key);
    };
    notification.on('click', () => {
      forget();
      onClick();
    });
    notification.on('action', ({ actionIndex }) => {
      forget();
      buttons[actionIndex]?.run();
    });
    notification.on('close', forget);
    notification.on('failed', forget);
    notification.show();
  }

  function notify(notice: Notice): void {
    if (actions === undefined) {
      early.push(notice);
      return;
    }
    const act = actions;
    const isQuestion = notice.kind === 'confirmation';
    // A question waits for an answer; a session has one state, whatever was said of it before.
    const about = notice.kind === 'mfa' ? 'mfa' : 'session';
    const key = isQuestion ? `question ${notice.confirmation}` : `${about} ${notice.connection}`;
    const body = printable(notice.message);
    const title = titles[notice.kind];
    show(
      key,
      isQuestion ? { title, body, urgency: 'critical', timeoutType: 'never' } : { title, body },
      buttonsOf(notice, act),
      () => act.open(),
    );
  }

  /** A question that is over has nothing to be answered any more. */
  function closeAnswered(open: readonly { readonly id: string }[]): void {
    for (const [key, notification] of [...shown]) {
      if (!key.startsWith('question ')) continue;
      if (open.some(({ id }) => key === `question ${id}`)) continue;
      shown.delete(key);
      notification.close();
    }
  }

  return {
    notify,
    start(act, state) {
      actions = act;
      unsubscribe = state.subscribe((slice) => {
        if (slice === 'confirmations') closeAnswered(state.get('confirmations'));
      });
      for (const notice of early.splice(0)) notify(notice);
    },
    tell(title, body, onClick = () => actions?.open()) {
      show(`shell ${title}`, { title: printable(title), body: printable(body) }, [], onClick);
    },
    close() {
      unsubscribe();
      for (const notification of [...shown.values()]) notification.close();
      shown.clear();
    },
  };
}
