import { asKeyfobError } from '../../shared/errors.ts';
import type { Slice, State } from '../../shared/model.ts';
import type { Clock, Log } from '../ports.ts';
import { noteProblem, type StateStore } from '../state.ts';
import type { AwsConfigSync } from './sync.ts';

/** Accounts come in handfuls while a catalogue is read. */
const afterMs = 2_000;
const telling: readonly Slice[] = ['accounts', 'favourites', 'connections'];

export interface AwsConfigUpkeepDependencies {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly awsConfig: Pick<AwsConfigSync, 'look' | 'apply' | 'chosen'>;
}

/**
 * Brings Keyfob's block up to date when accounts come and go, if the person chose that. Never makes
 * a block where there is none, and never goes by a catalogue that is not whole: profiles would go
 * that are wanted. Returns the way to stop.
 */
export function keepAwsConfig(dependencies: AwsConfigUpkeepDependencies): () => void {
  const { state, clock, log, awsConfig } = dependencies;
  let cancel: (() => void) | undefined;
  /** What is among the problems already. */
  let told = '';

  async function sync(): Promise<void> {
    cancel = undefined;
    if (!awsConfig.chosen.automatic || !state.get('connections').every(isWhole)) return;
    try {
      const { hasBlock, plan } = await awsConfig.look();
      if (!hasBlock || plan.upToDate) return;
      const { added, changed, removed } = plan.changes;
      await awsConfig.apply({ changes: {}, remove: false, hash: plan.hash });
      told = '';
      log('info', 'aws_config_synced', {
        added: added.length,
        changed: changed.length,
        removed: removed.length,
      });
    } catch (error) {
      const { code, message } = asKeyfobError(error);
      // Whoever wrote meanwhile leaves a file that the next change finds.
      if (code === 'file_changed' || code === 'plan_outdated') later();
      else if (told !== message) noteProblem(state, clock, error);
      told = message;
    }
  }

  function later(): void {
    cancel?.();
    cancel = clock.after(afterMs, () => void sync());
  }

  const unsubscribe = state.subscribe((slice) => {
    if (awsConfig.chosen.automatic && telling.includes(slice)) later();
  });
  return () => {
    unsubscribe();
    cancel?.();
  };
}

/** OpenID connections have no catalogue to wait for. */
function isWhole({ settings, catalogue }: State['connections'][number]): boolean {
  if (settings.kind !== 'identity-center') return true;
  return !catalogue.syncing && catalogue.error === undefined && catalogue.syncedAt !== undefined;
}
