import type { Log, Notifier } from '../ports.ts';

/** Headless: there is no one to show a notice to, so it goes to the log; `keyfob status` tells the rest. */
export function createLogNotifier(log: Log): Notifier {
  return {
    notify({ kind, connection, message }) {
      log('info', 'notice', { kind, connection, message });
    },
  };
}
