import { net, powerMonitor } from 'electron';
import type { Clock, Wake } from '../ports.ts';

/** How often the network is asked for; Electron tells nobody by itself. */
const tickMs = 5_000;

/**
 * What the desktop knows of sleep and network, beside what `signs` finds out by itself: a resume,
 * an unlocked screen, a network that is back. The same event may be told twice; to look after
 * one's timers once too often does no harm.
 */
export function createDesktopWake(clock: Clock, signs: Wake): Wake {
  return {
    subscribe(listener) {
      let online = net.isOnline();
      let cancel = clock.after(tickMs, tick);
      function tick(): void {
        const before = online;
        online = net.isOnline();
        cancel = clock.after(tickMs, tick);
        if (online && !before) listener();
      }
      const stopSigns = signs.subscribe(listener);
      powerMonitor.on('resume', listener);
      powerMonitor.on('unlock-screen', listener);
      return () => {
        cancel();
        stopSigns();
        powerMonitor.off('resume', listener);
        powerMonitor.off('unlock-screen', listener);
      };
    },
  };
}
