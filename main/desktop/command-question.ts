import { dialog } from 'electron';
import type { AskForCommand } from './browser-guard.ts';

export interface CommandQuestion {
  readonly ask: AskForCommand;
  /** Whether the person is being asked. */
  readonly open: () => boolean;
}

const buttons = ['Cancel', 'Use this command'];
const yes = 1;

/**
 * The system's own dialog, out of the page's reach. One at a time: what comes while one is open is
 * not allowed, so that nobody can be worn down by them.
 */
export function createCommandQuestion(onClosed: () => void): CommandQuestion {
  let open = false;
  return {
    open: () => open,
    async ask({ command, connection }, signal) {
      if (open) return false;
      open = true;
      try {
        const { response } = await dialog.showMessageBox({
          type: 'question',
          title: 'Keyfob',
          message: 'Open pages by this command?',
          detail: [
            plain(command),
            '',
            connection === undefined
              ? 'Keyfob runs it whenever it opens a page.'
              : `Keyfob runs it whenever it opens a page of ${connection}.`,
            'If you did not enter it yourself just now, cancel.',
          ].join('\n'),
          buttons,
          defaultId: 0,
          cancelId: 0,
          noLink: true,
          signal,
        });
        return response === yes;
      } finally {
        open = false;
        onClosed();
      }
    },
  };
}

/** Nothing in it is out of sight, or in another order than it runs in. */
function plain(command: string): string {
  return command
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`);
}
