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

const questionKey = 'question ';
const mfaKey = 'mfa ';

/** The latest with the same key takes the place of the one before. */
function keyOf({ kind, connection, confirmation }: Notice): string {
  if (kind === 'confirmation') return `${questionKey}${confirmation}`;
  return kind === 'mfa' ? `${mfaKey}${connection}` : `session ${connection}`;
}

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
    if (kind === 'mfa') return [{ text: 'Enter the code', run: () => act.open() }];
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
    // On Windows it then waits in the Action Center, where its buttons still lead here.
    notification.on('close', ({ reason }) => {
      if (reason !== 'timedOut') forget();
    });
    notification.on('failed', forget);
    notification.show();
  }

  function notify(notice: Notice): void {
    if (actions === undefined) {
      early.push(notice);
      return;
    }
    const act = actions;
    // A question waits for an answer; a session has one state, whatever was said of it before.
    const waits = notice.kind === 'confirmation' || notice.kind === 'mfa';
    const body = printable(notice.message);
    const title = titles[notice.kind];
    show(
      keyOf(notice),
      waits ? { title, body, urgency: 'critical', timeoutType: 'never' } : { title, body },
      buttonsOf(notice, act),
      () => act.open(),
    );
  }

  /** A question that is over has nothing to be answered any more. */
  function closeAnswered(prefix: string, open: readonly string[]): void {
    for (const [key, notification] of [...shown]) {
      if (!key.startsWith(prefix) || open.includes(key)) continue;
      shown.delete(key);
      notification.close();
    }
  }

  function follow(state: StateStore): () => void {
    return state.subscribe((slice) => {
      if (slice === 'confirmations') {
        const open = state.get('confirmations').map(({ id }) => `${questionKey}${id}`);
        closeAnswered(questionKey, open);
      }
      if (slice === 'prompts') {
        // A notice names the connection alone, the first segment of an account's path.
        const open = state.get('prompts').map(({ path }) => `${mfaKey}${path.split('/')[0]}`);
        closeAnswered(mfaKey, open);
      }
    });
  }

  return {
    notify,
    start(act, state) {
      actions = act;
      unsubscribe = follow(state);
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
