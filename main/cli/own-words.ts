import type { CliContext } from './context.ts';
import { ownCommand } from './own-command.ts';

/** How this very command is called by its full path, as words that no shell has to take apart. */
export function ownWords(installed: Pick<CliContext, 'entry' | 'platform'>): readonly string[] {
  return [...ownCommand(installed).matchAll(/"([^"]*)"/g)].map(([, word = '']) => word);
}

/** The same as one line for a POSIX shell, with arguments. Windows' shells of that kind take `/`. */
export function shellLine(
  installed: Pick<CliContext, 'entry' | 'platform'>,
  args: readonly string[],
): string {
  const own = ownWords(installed);
  const words =
    installed.platform === 'win32' ? own.map((word) => word.replaceAll('\\', '/')) : own;
  return [...words.map(quoted), ...args.map(plain)].join(' ');
}

function quoted(word: string): string {
  return `"${word.replaceAll(/[\\"$`]/g, '\\$&')}"`;
}

/** Quotes only where they are needed: people read these lines. */
function plain(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
