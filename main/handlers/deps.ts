import type { CommandHandlers, CommandName } from '../../shared/commands.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { ConnectionView } from '../../shared/model.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Prompts } from '../accounts/prompts.ts';
import type { Activity } from '../activity/activity.ts';
import type { RecordFile } from '../activity/record-file.ts';
import type { AwsConfigSync } from '../aws-config/sync.ts';
import type { Confirmations } from '../confirmations/confirmations.ts';
import type { Connections } from '../connections/connections.ts';
import type { Grants } from '../grants/grants.ts';
import type { Way } from '../oidc/way.ts';
import type { Ports } from '../ports.ts';
import type { Settings } from '../settings/settings.ts';
import type { StateStore } from '../state.ts';

/** What the commands act on. */
export interface HandlersDeps {
  readonly ports: Ports;
  readonly state: StateStore;
  readonly connections: Connections;
  readonly accounts: Accounts;
  readonly confirmations: Confirmations;
  readonly prompts: Pick<Prompts, 'answer'>;
  readonly settings: Settings;
  /** The way to a connection's OpenID provider. Throws `unknown_connection`, `invalid_input`. */
  readonly wayTo: (connection: string) => Way;
  readonly awsConfig: AwsConfigSync;
  readonly activity: Activity;
  readonly grants: Grants;
  /**
   * The address of the endpoint on 127.0.0.1; where nobody listens yet it tries again. Rejects with
   * `port_taken`.
   */
  readonly endpointUrl: () => Promise<string>;
  readonly recordFile: RecordFile;
  /** Rejects if the accounts' files can't be read; then no account command touches them. */
  readonly accountsLoaded: Promise<void>;
  /** Aborted when the helper begins to stop: whoever waits for a person is let go. */
  readonly stopping: AbortSignal;
  readonly stop: () => void;
}

/** The handlers of some of the commands. */
export type HandlersOf<N extends CommandName> = Pick<CommandHandlers, N>;

/** A connection as clients see it. Throws `unknown_connection`. */
export function viewOf(
  name: string,
  { connections, state }: Pick<HandlersDeps, 'connections' | 'state'>,
): ConnectionView {
  connections.settings(name); // Says which names there are, if this is none.
  const found = state.get('connections').find(({ settings }) => settings.name === name);
  if (found !== undefined) return found;
  throw new KeyfobError('unknown_connection', `There is no connection ${name}.`, {
    hint: 'Run `keyfob connection list`.',
  });
}
