import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';
import { quoteProgram } from '../../shared/command-line.ts';
import type { Account } from '../../shared/model.ts';
import { credentialProcessLine as lineFor } from '../../shared/snippets.ts';
import type { CliContext } from './context.ts';

type Installed = Pick<CliContext, 'entry' | 'platform'>;

/** The line that makes the AWS CLI and SDKs get an account's credentials from this very command. */
export function credentialProcessLine(installed: Installed, account: Account): string {
  return lineFor(account, ownCommand(installed));
}

/** How this very command is called, as a line for a shell or a configuration file, in quotes. */
export function ownCommand(installed: Installed, isProgram = isSea()): string {
  return ownWords(installed, isProgram)
    .map((word) => quoteProgram(word, installed.platform))
    .join(' ');
}

/**
 * How this very command is called by its full path: as it stands where an installer brought it as a
 * program of its own, else by its launcher, or by Node when run from source.
 */
export function ownWords({ entry, platform }: Installed, isProgram = isSea()): readonly string[] {
  if (isProgram) return [process.execPath];
  const file = fileURLToPath(entry);
  const launcher = join(dirname(dirname(file)), platform === 'win32' ? 'keyfob.cmd' : 'keyfob');
  if (file.endsWith('.cjs') && existsSync(launcher)) return [launcher];
  return [process.execPath, file];
}

/** The words and arguments as one line for a POSIX shell. Windows' shells of that kind take `/`. */
export function shellLine(installed: Installed, args: readonly string[]): string {
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
