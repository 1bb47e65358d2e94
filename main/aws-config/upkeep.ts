import { asKeyfobError } from '../../shared/errors.ts';
import type { Slice, State } from '../../shared/model.ts';
import type { Activity } from '../activity/activity.ts';
import type { Clock, Log } from '../ports.ts';
import { noteProblem, type StateStore } from '../state.ts';
import type { AwsConfigSync } from './sync.ts';

/** Accounts come in handfuls while a catalogue is read. */
const afterMs = 2_000;
const telling: readonly Slice[] = ['accounts', 'favourites', 'connections'];

export interface AwsConfigUpkeepDeps {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly awsConfig: Pick<AwsConfigSync, 'look' | 'apply' | 'chosen'>;
  readonly activity: Pick<Activity, 'record'>;
}

/**
 * Brings Keyfob's block up to date when accounts come and go, if the person chose that. Never makes
 * a block where there is none, and never goes by a catalogue that is not whole: profiles would go
 * that are wanted. Returns the way to stop.
 */
export function keepAwsConfig(deps: AwsConfigUpkeepDeps): () => void {
  const { state, clock, log, awsConfig, activity } = deps;
  let cancel: (() => void) | undefined;
  let stopped = false;
  /** What is among the problems already. */
  let told = '';

  /** Nobody asked for it: Keyfob itself did it. */
  function note(outcome: string, subject: string | undefined): void {
    const nobody = {
      client: 'Keyfob',
      listener: 'socket',
      account: null,
      connection: null,
    } as const;
    activity.record({ ...nobody, what: 'config-write', subject, outcome });
  }

  async function sync(): Promise<void> {
    cancel = undefined;
    if (!awsConfig.chosen.automatic || !state.get('connections').every(isWhole)) return;
    let path: string | undefined;
    try {
      const { hasBlock, plan } = await awsConfig.look();
      if (stopped || !hasBlock || plan.upToDate) return;
      ({ path } = plan);
      const { added, changed, removed } = plan.changes;
      await awsConfig.apply({ changes: {}, remove: false, hash: plan.hash });
      told = '';
      note('ok', path);
      log('info', 'aws_config_synced', {
        added: added.length,
        changed: changed.length,
        removed: removed.length,
      });
    } catch (error) {
      const { code, message } = asKeyfobError(error);
      // Whoever wrote meanwhile leaves a file that the next change finds.
      if (code === 'file_changed' || code === 'plan_outdated') return later();
      note(code, path);
      if (told !== message) noteProblem(state, clock, error);
      told = message;
    }
  }

  function later(): void {
    cancel?.();
    cancel = stopped ? undefined : clock.after(afterMs, () => void sync());
  }

  const unsubscribe = state.subscribe((slice) => {
    if (awsConfig.chosen.automatic && telling.includes(slice)) later();
  });
  return () => {
    stopped = true;
    unsubscribe();
    cancel?.();
  };
}

/** OpenID connections have no catalogue to wait for. */
function isWhole({ settings, catalogue }: State['connections'][number]): boolean {
  if (settings.kind !== 'identity-center') return true;
  return !catalogue.syncing && catalogue.error === undefined && catalogue.syncedAt !== undefined;
}
