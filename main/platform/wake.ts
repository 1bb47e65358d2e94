import { networkInterfaces } from 'node:os';
import type { Clock, Wake } from '../ports.ts';

/** How often to look. Cheap enough to leave the process idle, soon enough to beat a person. */
const tickMs = 5_000;
/** How late a tick may come on a busy machine. */
const lateMs = 10_000;

/**
 * Notices without a desktop's help that the machine slept or that its network came back: a tick
 * comes late by the wall clock, or the machine has an address that it had not before. A corrected
 * wall clock looks like sleep; to look after one's timers is right then too.
 *
 * Ticks only while someone listens.
 */
export function createWake(
  clock: Clock,
  addresses: () => ReadonlySet<string> = routableAddresses,
): Wake {
  const listeners = new Set<() => void>();
  let stop: (() => void) | undefined;
  let lastMs = 0;
  let last: ReadonlySet<string> = new Set();

  function schedule(): void {
    lastMs = clock.now();
    last = addresses();
    stop = clock.after(tickMs, tick);
  }

  function tick(): void {
    const slept = clock.now() - lastMs > tickMs + lateMs;
    const before = last;
    schedule();
    const joined = [...last].some((address) => !before.has(address));
    if (!slept && !joined) return;
    for (const listener of [...listeners]) listener();
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      if (stop === undefined) schedule();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
}

/** The addresses that can reach another machine: link-local ones come and go with every container. */
function routableAddresses(): Set<string> {
  const found = new Set<string>();
  for (const list of Object.values(networkInterfaces())) {
    for (const { address, internal } of list ?? []) {
      if (!internal && !address.startsWith('fe80:') && !address.startsWith('169.254.')) {
        found.add(address);
      }
    }
  }
  return found;
}
