import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';
import type { Account } from '../../shared/model.ts';
import type { CliContext } from './context.ts';

type Installed = Pick<CliContext, 'entry' | 'platform'>;

/**
 * The line that makes the AWS CLI and SDKs get an account's credentials from here. Absolute and
 * double-quoted: botocore splits it without a shell, the others pass it to one.
 */
export function credentialProcessLine(installed: Installed, account: Account): string {
  // In the double quotes of a shell only these characters mean themselves on every system.
  const name = /^[\w.@+/:=,-]+$/.test(account.path) ? account.path : account.id;
  return `credential_process = ${ownCommand(installed)} credential-process ${name}`;
}

/**
 * How this very command is called by its full path: as it stands where an installer brought it as a
 * program of its own, else by its launcher, or by Node when run from source.
 */
export function ownCommand({ entry, platform }: Installed, isProgram = isSea()): string {
  if (isProgram) return `"${process.execPath}"`;
  const file = fileURLToPath(entry);
  const launcher = join(dirname(dirname(file)), platform === 'win32' ? 'keyfob.cmd' : 'keyfob');
  if (file.endsWith('.cjs') && existsSync(launcher)) return `"${launcher}"`;
  return `"${process.execPath}" "${file}"`;
}
