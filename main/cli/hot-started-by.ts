import { readFileSync, readlinkSync } from 'node:fs';

const shell = /^(?:ba|da|z|k|fi)?sh$/;
const mostShells = 4;

/**
 * Which program runs this command, for the record: `terraform`, beyond the shells that were started
 * for its line alone. Undefined where the system does not tell at once, which Linux alone does; never
 * throws. It is read from /proc: a child process would cost the hot commands more than all the rest.
 */
export function startedBy(parent: number): string | undefined {
  try {
    for (let pid = parent, steps = 0; pid > 1 && steps < mostShells; steps += 1) {
      const { name, startedBy: next } = processAt(pid);
      if (!shell.test(name) || !isForOneLine(pid)) return named(name, pid);
      pid = next;
    }
  } catch {
    // Ended, or not ours to look at.
  }
  return undefined;
}

/** The shell whose line this command stands in, if it is one; undefined as in `startedBy`. */
export function shellAround(parent: number): string | undefined {
  try {
    const { name } = processAt(parent);
    return shell.test(name) || name === 'pwsh' ? name : undefined;
  } catch {
    return undefined;
  }
}

function processAt(pid: number): { readonly name: string; readonly startedBy: number } {
  // proc(5); the name in parentheses may hold anything.
  const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const end = status.lastIndexOf(')');
  const name = status.slice(status.indexOf('(') + 1, end);
  return { name, startedBy: Number(status.slice(end + 2).split(' ')[1]) };
}

function isForOneLine(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1] === '-c';
}

/** In the letters that the record takes. */
function named(name: string, pid: number): string | undefined {
  // Node calls its first thread that, and with it every program that runs on Node.
  const known = name === 'MainThread' ? readlinkSync(`/proc/${pid}/exe`).split('/').at(-1) : name;
  const plain = (known ?? '').replaceAll(/[^\w.+-]/g, '_').replace(/^[^A-Za-z0-9]+/, '');
  return plain === '' ? undefined : plain;
}
