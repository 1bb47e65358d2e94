import { shell } from 'electron';
import { KeyfobError } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/loopback.ts';
import type { Browser } from '../ports.ts';

/**
 * The desktop's default browser; `commands` opens a page where the person has named a command, in
 * the settings or in the environment. Rejects with `browser_failed`.
 *
 * Addresses come from the helper alone, which had them from a provider: hence https, or http on
 * this very machine, as RFC 8252 section 7.3 has it, and never the scheme of another program.
 */
export function createDesktopBrowser(
  commands: Browser,
  env: Readonly<Record<string, string | undefined>>,
): Browser {
  const named = [env.KEYFOB_BROWSER, env.BROWSER].some((words) => (words ?? '') !== '');
  return {
    available: true,
    async open(url, command) {
      const target = webAddress(url);
      if (command !== undefined || named) return commands.open(target, command);
      await shell.openExternal(target).catch((cause: unknown) => {
        throw new KeyfobError('browser_failed', 'The browser could not be opened.', {
          hint: 'Copy the link and open it yourself, or name a browser in the settings.',
          cause,
        });
      });
    },
  };
}

function webAddress(url: string): string {
  const parsed = URL.parse(url);
  const safe =
    parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && isLoopback(parsed.hostname));
  if (parsed !== null && safe && parsed.username === '' && parsed.password === '') {
    return parsed.href;
  }
  throw new KeyfobError('browser_failed', 'Only https addresses are opened.', {
    hint: 'Check the start URL of the connection.',
  });
}
