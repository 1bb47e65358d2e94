import { lstat } from 'node:fs/promises';
import type { Check } from '../../../shared/commands/checks.ts';
import { failure } from './check.ts';

/** Whether what lies at the socket's place can be ours at all. */
export async function checkSocket(socket: string, platform: string): Promise<readonly Check[]> {
  // Windows gives a pipe's name to one process, and shows no owner of it.
  if (platform === 'win32') return [];
  const found = await lstat(socket).catch(() => undefined);
  if (found === undefined) return [];
  const elsewhere = 'Set KEYFOB_SOCK to a path in a folder of your own.';
  if (!found.isSocket()) {
    return [failure('socket', `${socket} is no socket.`, `Move it away. ${elsewhere}`)];
  }
  if (found.uid !== process.getuid?.()) {
    return [
      failure(
        'socket',
        `The socket ${socket} belongs to another user: what listens there is not your helper.`,
        `Trust nothing that it answers. ${elsewhere}`,
      ),
    ];
  }
  return [];
}
