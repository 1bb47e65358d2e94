import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CliContext } from '../../main/cli/context.ts';
import { endingFor } from '../../main/cli/failure.ts';
import { runProgram } from '../../main/cli/program.ts';
import { createStyle } from '../../main/cli/text/style.ts';
import { emptyState } from '../../main/state.ts';
import type { CommandSpec } from '../../shared/commands/spec.ts';
import {
  type CommandArgument,
  type CommandClient,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  commands,
} from '../../shared/commands.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { Account, ConnectionView, SignIn, State } from '../../shared/model.ts';

/** A helper for tests of the command line: answers what a test says, within the commands' schemas. */

export type Answers = {
  readonly [N in CommandName]?: (
    input: CommandArgument<N>,
  ) => CommandOutput<N> | Promise<CommandOutput<N>>;
};

export interface FakeHelper {
  readonly client: CommandClient;
  /** Every call, as `name` and its validated input. */
  readonly calls: [CommandName, unknown][];
}

export function createFakeHelper(answers: Answers): FakeHelper {
  const calls: [CommandName, unknown][] = [];
  return {
    calls,
    client: {
      async call<N extends CommandName>(
        name: N,
        input: CommandInput<N>,
      ): Promise<CommandOutput<N>> {
        const spec: CommandSpec = commands[name];
        const argument = spec.input.parse(input);
        calls.push([name, argument]);
        const answer = answers[name] as ((input: unknown) => unknown) | undefined;
        if (answer === undefined) throw new Error(`Nobody expected ${name}.`);
        return spec.output.parse(await answer(argument)) as CommandOutput<N>;
      },
    },
  };
}

export interface CliRun {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
  readonly calls: [CommandName, unknown][];
}

export type CliSurroundings = Partial<
  Omit<CliContext, 'out' | 'err' | 'connect'> & {
    /** Instead of a helper: why there is none. */
    readonly unreachable: (autostart: boolean) => KeyfobError;
  }
>;

export const noon = Date.parse('2026-01-01T12:00:00Z');

/** Runs one command as the entry would, against a fake helper. */
export async function runCli(
  args: readonly string[],
  answers: Answers = {},
  surroundings: CliSurroundings = {},
): Promise<CliRun> {
  const helper = createFakeHelper(answers);
  let out = '';
  let err = '';
  const context: CliContext = {
    env: { DISPLAY: ':0' },
    platform: 'linux',
    shell: () => undefined,
    places: { state: '/home/me/state', log: '/home/me/log', socket: '/home/me/helper.sock' },
    entry: pathToFileURL(resolve('/opt/keyfob/main/cli/keyfob.ts')).href,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    style: createStyle(false),
    errStyle: createStyle(false),
    columns: undefined,
    interactive: false,
    now: () => noon,
    pause: async () => undefined,
    confirm: async () => undefined,
    readLine: async () => '',
    secretInput: {
      ask: async () => undefined,
      line: async () => '',
      file: async () => '',
    },
    runChild: async () => ({ exitCode: 0 }),
    inspect: async () => [],
    becomeHelper: async () => undefined,
    onInterrupt: () => () => undefined,
    ...surroundings,
    connect: (autostart) =>
      surroundings.unreachable === undefined
        ? helper.client
        : { call: () => Promise.reject(surroundings.unreachable?.(autostart)) },
  };
  let code: number | undefined;
  try {
    code = await runProgram(args, context);
  } catch (error) {
    if (!(error instanceof KeyfobError)) throw error;
    const ending = endingFor(error, context.env);
    err += ending.text;
    code = ending.exitCode;
  }
  return { code, out, err, calls: helper.calls };
}

export function connectionView(
  name: string,
  session: Partial<ConnectionView['session']> = {},
  catalogue: Partial<ConnectionView['catalogue']> = {},
): ConnectionView {
  return {
    settings: {
      kind: 'identity-center',
      name,
      startUrl: `https://${name}.awsapps.com/start`,
      region: 'eu-west-1',
      scopes: ['sso:account:access'],
      flow: 'auto',
    },
    session: {
      state: 'signed_in',
      expiresAt: '2026-01-01T12:58:30.000Z',
      renewable: true,
      ...session,
    },
    catalogue: { accounts: 2, syncing: false, ...catalogue },
  };
}

export function account(path: string, accountId = '111111111111'): Account {
  const [connection = '', accountName = '', roleName = ''] = path.split('/');
  return {
    kind: 'aws-role',
    id: `${connection}/${accountId}/${roleName}`,
    path,
    connection,
    accountId,
    accountName,
    emailAddress: `${accountName}@example.com`,
    roleName,
  };
}

export function state(changes: Partial<State> = {}): State {
  const helper: State['helper'] = {
    version: '0.0.0',
    pid: 4711,
    startedAt: '2026-01-01T11:00:00.000Z',
    socket: '/home/me/helper.sock',
    keychain: 'os',
  };
  return { ...emptyState(helper), ...changes };
}

export function signIn(changes: Partial<SignIn> = {}): SignIn {
  return {
    connection: 'acme',
    flow: 'device',
    state: 'pending',
    startedAt: '2026-01-01T12:00:00.000Z',
    expiresAt: '2026-01-01T12:10:00.000Z',
    userCode: 'ABCD-EFGH',
    verificationUri: 'https://acme.awsapps.com/start/#/device',
    verificationUriComplete: 'https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH',
    ...changes,
  };
}
