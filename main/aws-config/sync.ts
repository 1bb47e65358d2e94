import { z } from 'zod';
import { type AwsAccount, isAwsAccount } from '../../shared/account.ts';
import {
  type AwsConfigSettings,
  awsConfigSettingsSchema,
} from '../../shared/aws-config-settings.ts';
import { commandObstacle } from '../../shared/command-line.ts';
import type { AwsConfigChanges, Plan, ProfileConflict } from '../../shared/commands/config.ts';
import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { checkRegion } from '../identity-center/endpoints.ts';
import { createJsonDocument } from '../json-document.ts';
import type { ForeignFileVersion, Ports } from '../ports.ts';
import { noteProblem, type StateStore } from '../state.ts';
import { createTurns } from '../turns.ts';
import { takeApart } from './block.ts';
import { defaultTemplate } from './names.ts';
import { type PlannedText, planText } from './plan.ts';
import { profilesOf } from './profiles.ts';

export interface Wish {
  readonly changes: AwsConfigChanges;
  readonly remove: boolean;
}

export type Applied = Omit<Plan, 'diff' | 'hash' | 'settings'> & { readonly backup: string | null };

/** Keyfob's profiles in `~/.aws/config`. */
export interface AwsConfigSync {
  /** Never fails: what can't be read becomes a problem, and the defaults hold. */
  load(): Promise<void>;
  plan(wish: Wish): Promise<Plan>;
  /** Writes what was planned, as long as that is still what would be written. */
  apply(wish: Wish & { readonly hash: string }): Promise<Applied>;
  settings(changes: AwsConfigChanges): Promise<AwsConfigSettings>;
  readonly chosen: AwsConfigSettings;
  /** Whether the file has a block, and what a sync without any wish would do to it. */
  look(): Promise<{ readonly hasBlock: boolean; readonly plan: Plan }>;
  close(): Promise<void>;
}

export interface AwsConfigSyncDeps {
  readonly ports: Pick<Ports, 'awsFiles' | 'files' | 'clock'>;
  readonly state: StateStore;
  readonly accounts: Pick<Accounts, 'list' | 'resolve'>;
  /** The region that an account's tools start with. */
  readonly usualRegion: (account: AwsAccount) => string | undefined;
}

export const defaultAwsConfigSettings: AwsConfigSettings = {
  accounts: { choice: 'all' },
  template: defaultTemplate,
  region: null,
  output: null,
  default: false,
  automatic: false,
};

const fileSchema = z.object({
  version: z.literal(1),
  ...z.object(awsConfigSettingsSchema.shape).partial().shape,
});

interface Worked {
  readonly version: ForeignFileVersion;
  readonly hasBlock: boolean;
  readonly planned: PlannedText;
  readonly plan: Plan;
}

/** Creates the sync; the defaults hold until `load`. */
export function createAwsConfigSync(deps: AwsConfigSyncDeps): AwsConfigSync {
  const { ports, state, accounts, usualRegion } = deps;
  const document = createJsonDocument({
    files: ports.files,
    name: 'aws-config.json',
    schema: fileSchema,
    empty: { version: 1 },
    onDamaged: (error) => noteProblem(state, ports.clock, error),
  });
  const turns = createTurns();
  let chosen = defaultAwsConfigSettings;
  let loading: Promise<void> | undefined;

  function read(): Promise<void> {
    loading ??= document
      .read()
      .then(({ version: _, ...kept }) => {
        chosen = merge(chosen, kept);
      })
      .catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
    return loading;
  }

  /** Accounts by their ids, a region that is one: what is kept is right. */
  function checked(changes: AwsConfigChanges): AwsConfigSettings {
    const settings = merge(chosen, changes);
    if (changes.region !== undefined && changes.region !== null) checkRegion(changes.region);
    if (changes.accounts?.choice !== 'list') return settings;
    const ids = changes.accounts.accounts.map((text) => accounts.resolve(text).id);
    return { ...settings, accounts: { choice: 'list', accounts: [...new Set(ids)] } };
  }

  async function keep(settings: AwsConfigSettings): Promise<void> {
    if (JSON.stringify(settings) === JSON.stringify(chosen)) return;
    await document.write({ version: 1, ...settings });
    chosen = settings;
  }

  function pick(settings: AwsConfigSettings): { found: AwsAccount[]; gone: ProfileConflict[] } {
    const choice = settings.accounts;
    if (choice.choice === 'list') {
      const gone: ProfileConflict[] = [];
      const found = choice.accounts.flatMap((id) => {
        try {
          const account = accounts.resolve(id);
          return isAwsAccount(account) ? [account] : [];
        } catch (error) {
          if (!isKeyfobError(error)) throw error;
          const message = `the account ${id} is not there any more`;
          gone.push({ profile: id, reason: 'unknown_account', accounts: [id], message });
          return [];
        }
      });
      return { found, gone };
    }
    const query = choice.choice === 'query' ? choice.query : '';
    const list = accounts.list({ query, favourites: choice.choice === 'favourites' });
    return { found: list.filter(isAwsAccount), gone: [] };
  }

  async function work({ changes, remove }: Wish): Promise<Worked> {
    await read();
    const { awsFiles } = ports;
    const settings = checked(remove ? { ...changes, automatic: false } : changes);
    const version = await awsFiles.config.read();
    const file = takeApart(version.text ?? '', version.path);
    const { found, gone } = remove ? { found: [], gone: [] } : pick(settings);
    const { sections, conflicts } = remove
      ? { sections: [], conflicts: [] }
      : profilesOf({
          settings,
          accounts: found,
          command: commandOf(state),
          regionOf: (account) =>
            account === undefined ? commonRegion(found.map(usualRegion)) : usualRegion(account),
          headers: file.headers,
          credentials: await awsFiles.credentialsProfiles(),
        });
    const planned = planText(version, file, sections);
    const { text: _, ...shown } = planned;
    return {
      version,
      hasBlock: file.block !== undefined,
      planned,
      plan: { path: version.path, ...shown, conflicts: [...gone, ...conflicts], settings },
    };
  }

  async function applyNow(wish: Wish & { hash: string }): Promise<Applied> {
    const { version, planned, plan } = await work(wish);
    if (planned.hash !== wish.hash) {
      throw new KeyfobError(
        'plan_outdated',
        `${plan.path} or the accounts have changed since the change was shown.`,
        { hint: 'Nothing was written. Look at the change again.', details: { path: plan.path } },
      );
    }
    const { backup } = planned.upToDate
      ? { backup: null }
      : await ports.awsFiles.config.write(planned.text, version);
    await keep(plan.settings);
    const { diff: _, hash: __, settings: ___, ...rest } = plan;
    return { ...rest, backup };
  }

  return {
    load: () => read().catch((error: unknown) => noteProblem(state, ports.clock, error)),
    plan: async (wish) => (await work(wish)).plan,
    apply: (wish) => turns.run(() => applyNow(wish)),
    settings: (changes) =>
      turns.run(async () => {
        await read();
        await keep(checked(changes));
        return chosen;
      }),
    get chosen() {
      return chosen;
    },
    look: () => work({ changes: {}, remove: false }),
    async close() {
      await turns.done();
    },
  };
}

/** The command as the desktop or the helper's own place tells it. */
function commandOf(state: StateStore): string {
  const { command = 'keyfob' } = state.get('helper');
  const obstacle = commandObstacle(command);
  if (obstacle === undefined) return command;
  throw new KeyfobError('invalid_input', `The path of the keyfob command ${obstacle}.`, {
    hint: 'Install Keyfob at a path of plain letters, then try again.',
    details: { command },
  });
}

function commonRegion(regions: readonly (string | undefined)[]): string | undefined {
  const [one, ...others] = new Set(regions.filter((region) => region !== undefined));
  return others.length === 0 ? one : undefined;
}

/** Members that are undefined change nothing. */
function merge(present: AwsConfigSettings, changes: AwsConfigChanges): AwsConfigSettings {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...present, ...Object.fromEntries(given) };
}
