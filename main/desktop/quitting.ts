import { app } from 'electron';
import type { Helper } from '../helper.ts';
import type { DesktopPorts } from './ports.ts';

/** The way out: first the helper, which may have secrets to write, then the app. */
export interface Quitting {
  /** Something to do as soon as quitting begins. */
  before(task: () => void): void;
  /** Stops the helper, then lets `install` end the app in its own way. */
  for(install: () => void): void;
  /** Stops the helper, then ends the process. */
  now(code: number): Promise<void>;
}

/** How long a keychain may take to store what is under way. */
const withinMs = 60_000;

/** Holds every attempt to quit back until the helper has stopped. Without its helper the app ends too. */
export function createQuitting(
  helper: Pick<Helper, 'stop' | 'stopped'>,
  ports: Pick<DesktopPorts, 'clock' | 'clipboard' | 'exit'>,
): Quitting {
  const tasks: (() => void)[] = [];
  let ending: Promise<void> | undefined;
  let done = false;

  /** Whoever is first says how: a helper that has stopped ends the app, but not an update's way out. */
  function end(way: (inTime: boolean) => void): Promise<void> {
    ending ??= stop().then(way);
    return ending;
  }

  async function stop(): Promise<boolean> {
    for (const task of tasks) task();
    const late = new Promise<false>((resolve) => {
      ports.clock.after(withinMs, () => resolve(false));
    });
    const stopped = Promise.all([
      helper.stop().catch(() => undefined),
      ports.clipboard.clearSecret(),
    ]).then(() => true);
    const inTime = await Promise.race([stopped, late]);
    done = true;
    return inTime;
  }

  const now = (code: number) =>
    end((inTime) => {
      // Quitting lets an update be installed; a keychain that owes an answer would hold it up.
      if (inTime && code === 0) app.quit();
      else ports.exit(code);
    });

  app.on('before-quit', (event) => {
    if (done) return;
    event.preventDefault();
    void now(0);
  });
  // Another helper has taken over, or somebody has asked this one to shut down.
  helper.stopped.then(
    () => void now(0),
    () => void now(1),
  );

  return {
    before: (task) => void tasks.push(task),
    for: (install) => void end(install),
    now,
  };
}
