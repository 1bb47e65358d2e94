import { createBridge } from '../../../preload/bridge.ts';

/**
 * What stands in for the preload in the double: the same bridge on bindings that Playwright puts on
 * the page, which are taken away before the page's own scripts run.
 */

interface Bindings {
  keyfobInvoke?: (command: string, input: string) => Promise<string>;
  /** Resolves with the changes since the last call, once there are any. */
  keyfobChanges?: () => Promise<string[]>;
}

const bindings = globalThis as Bindings;
const { keyfobInvoke, keyfobChanges } = bindings;
delete bindings.keyfobInvoke;
delete bindings.keyfobChanges;

if (keyfobInvoke !== undefined && keyfobChanges !== undefined && window.top === window) {
  const listeners = new Set<(change: string) => void>();
  const pump = async (): Promise<void> => {
    for (const change of await keyfobChanges()) {
      for (const listener of listeners) listener(change);
    }
    void pump();
  };
  Object.defineProperty(window, 'keyfob', {
    value: createBridge({
      invoke: keyfobInvoke,
      listen(onChange) {
        if (listeners.size === 0) void pump();
        listeners.add(onChange);
        return () => listeners.delete(onChange);
      },
    }),
  });
}
