import { readFile } from 'node:fs/promises';
import type { LocalProcess, ProcessOf } from '../ports.ts';
import { peerOf, starterOf } from './program-of.ts';

/** Deeper than any program is started. */
const mostSteps = 64;

/**
 * Which process is at the other end of a local connection, as Linux tells it. Undefined where `ss`
 * (iproute2) is missing; null where the connection is nobody's in particular. Never rejects.
 */
export function createProcessOf(): ProcessOf {
  return async (socket) => {
    try {
      const pid = await peerOf(socket);
      return pid === undefined ? null : await processIn(pid);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' &&
        (error as NodeJS.ErrnoException).syscall?.startsWith('spawn') === true
        ? undefined
        : null;
    }
  };
}

/** A process, those it was started by, and those for whom it acts. Rejects if it has ended. */
async function processIn(pid: number): Promise<LocalProcess> {
  const lineage: number[] = [];
  const acting = new Set<number>();
  let above = false;
  for (let present = pid; present > 1 && lineage.length < mostSteps; ) {
    const { parent, leads } = await statOf(present);
    lineage.push(present);
    // The shell that a person types in leads its session: what is started there asks for itself.
    above ||= leads && present !== pid;
    if (!above) acting.add(present);
    present = parent;
  }
  const starter = await starterOf(pid).catch(() => undefined);
  if (starter !== undefined && !(await isTerminalShell(starter))) acting.add(starter);
  return { lineage, acting: [...acting] };
}

async function isTerminalShell(pid: number): Promise<boolean> {
  const { leads, terminal } = await statOf(pid);
  return leads && terminal;
}

async function statOf(
  pid: number,
): Promise<{ readonly parent: number; readonly leads: boolean; readonly terminal: boolean }> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8');
  // proc(5); the name in parentheses may hold anything.
  const [, parent, , session, terminal] = status.slice(status.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(parent), leads: Number(session) === pid, terminal: terminal !== '0' };
}
