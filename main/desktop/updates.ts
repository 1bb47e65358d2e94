import type { Settings } from '../../shared/model.ts';
import type { Clock, Log } from '../ports.ts';
import type { StateStore } from '../state.ts';

/** What is used of electron-updater. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  checkForUpdates(): Promise<unknown>;
  downloadUpdate(): Promise<unknown>;
  quitAndInstall(): void;
  on(event: 'update-available' | 'update-downloaded', listener: (info: Version) => void): unknown;
}

interface Version {
  readonly version: string;
}

export interface UpdatesDeps {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Loads the updater, at the first check. */
  readonly load: () => Promise<Updater>;
  readonly tell: (title: string, body: string, onClick: () => void) => void;
  /** Stops the helper in good order; the installer then starts the new version. */
  readonly quitFor: (install: () => void) => void;
}

/** After the start, when whoever logs in has other things to wait for. */
export const firstCheckMs = 60_000;
/** Between two looks. */
export const everyMs = 6 * 60 * 60_000;

/**
 * Looks for new versions as the person chose: `automatic` downloads and installs on quitting,
 * `notify` downloads at a click, `off` never looks. Returns the way to stop.
 */
export function followUpdates(deps: UpdatesDeps): () => void {
  const { state, clock, log } = deps;
  let loading: Promise<Updater> | undefined;
  let cancel = clock.after(firstCheckMs, look);

  function updater(): Promise<Updater> {
    loading ??= deps.load().then((loaded) => {
      loaded.on('update-available', ({ version }) => {
        if (chosen() === 'notify') offer(loaded, version);
      });
      loaded.on('update-downloaded', ({ version }) => {
        deps.tell('Update ready', `Restart Keyfob to use version ${version}.`, () =>
          deps.quitFor(() => loaded.quitAndInstall()),
        );
      });
      return loaded;
    });
    return loading;
  }

  function offer(loaded: Updater, version: string): void {
    deps.tell('Update available', `Get Keyfob ${version}.`, () => {
      loaded.downloadUpdate().catch(failed);
    });
  }

  const chosen = (): Settings['updates'] => state.get('settings').updates;

  async function check(): Promise<void> {
    const loaded = await updater();
    loaded.autoDownload = chosen() === 'automatic';
    loaded.autoInstallOnAppQuit = chosen() === 'automatic';
    await loaded.checkForUpdates();
  }

  function look(): void {
    cancel = clock.after(everyMs, look);
    if (chosen() !== 'off') check().catch(failed);
  }

  /** Being offline is no news, and the next look comes by itself. */
  function failed(error: unknown): void {
    log('warn', 'update.failed', { kind: error instanceof Error ? error.name : typeof error });
  }

  return () => cancel();
}
