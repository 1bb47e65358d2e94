import type { Command } from 'commander';
import type { Account } from '../../../shared/account.ts';
import { KeyfobError } from '../../../shared/errors.ts';
import type { CliContext, CommonOptions } from '../context.ts';
import {
  accountEnvironment,
  type Endpoint,
  type EnvironmentWish,
} from '../environment/account-environment.ts';
import { type HeldGrant, holdGrant } from '../environment/held-grant.ts';
import { sourcesOf } from '../environment/sources.ts';
import { endingFor } from '../failure.ts';
import { examples, next } from '../help.ts';
import type { Outcome } from '../program.ts';

export interface EnvironmentOptions extends CommonOptions {
  readonly static?: boolean;
  readonly region?: string;
  readonly variable?: string;
  readonly bearer?: string;
}

/**
 * `exec`. What comes after `--` is not ours to read, so it is kept from the parser.
 *
 * @param words what comes after `--`; undefined where there is none
 */
export function addExec(
  program: Command,
  context: CliContext,
  outcome: Outcome,
  words: readonly string[] | undefined,
): void {
  const exec = withEnvironmentOptions(
    program
      .command('exec')
      .description('Runs a program that acts as an account')
      .usage('[account] [options] -- <command> [arguments]')
      .argument('[account]', 'Path or id of the account; without one, the active account')
      .allowExcessArguments(),
  ).action(async (name: string | undefined, _options, command: Command) => {
    const options = command.optsWithGlobals<EnvironmentOptions>();
    const [, excess] = command.args;
    if (excess !== undefined) throw notBehindHyphens(excess);
    if (words?.[0] === undefined || words[0] === '') throw noCommand(name);
    const wish = wishOf(name, options);
    const client = context.connect(options.autostart);
    let held: HeldGrant | undefined;
    async function openEndpoint(account: Account): Promise<Endpoint> {
      held = await holdGrant(client, account, labelOf(words?.[0] ?? ''), context.pause);
      return held;
    }
    const sources = sourcesOf(
      context,
      options.autostart,
      options.static ? undefined : openEndpoint,
    );
    const { env, platform } = context;
    const change = await accountEnvironment(wish, sources, { client, env, platform });
    if (change.set.AWS_SHARED_CREDENTIALS_FILE !== undefined) context.err(hiddenFiles);
    const { exitCode, ...more } = await context.runChild(words, changed(env, change));
    if ('failure' in more) {
      // This process may end before the helper has heard that it holds the grant.
      await held?.release().catch(() => undefined);
      context.err(endingFor(more.failure, env).text);
    }
    outcome.exitCode = exitCode;
  });
  examples(exec, [
    [
      'One command as another account than the active one',
      'keyfob exec acme/prod/Admin -- aws s3 ls',
    ],
    ['A shell whose tools all act as the account', 'keyfob exec acme/prod/Admin -- bash'],
    ['A token in a variable', 'keyfob exec corp/api --variable API_TOKEN -- ./deploy'],
  ]);
  next(
    exec,
    "The program asks Keyfob for credentials whenever it needs some, so it may run\nfor longer than they last. Its permission to ask ends with it. The exit code is\nthe program's own; 128 + n where signal n ended it, 127 where there is none.",
  );
}

/** The options that `env` has, too. */
export function withEnvironmentOptions(command: Command): Command {
  return command
    .option('--static', 'Put the credentials themselves into variables, as they are now')
    .option('--region <region>', 'Instead of AWS_REGION, or the region of the connection')
    .option('--variable <name>', 'A token account: put the token itself into this variable')
    .option('--bearer <service>', 'A token account: put it into AWS_BEARER_TOKEN_<SERVICE>');
}

/** Throws `invalid_input` for what can't be a variable, a service or an account. */
export function wishOf(account: string | undefined, options: EnvironmentOptions): EnvironmentWish {
  const { region, variable, bearer } = options;
  if (account === '')
    throw wrong('The name of the account is empty.', 'Name one, or leave it out.');
  if (variable !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    throw wrong('This is no name of a variable.', 'Letters, digits and underscores: API_TOKEN.');
  }
  if (bearer !== undefined && !/^[A-Za-z][A-Za-z0-9 -]*$/.test(bearer)) {
    throw wrong(
      'This is no name of an AWS service.',
      'As it signs its requests: --bearer bedrock.',
    );
  }
  if (region !== undefined && !/^[a-z0-9-]+$/.test(region)) {
    throw wrong('This is no region.', 'Write it as in eu-west-1.');
  }
  return { account, region, variable, bearer };
}

export const hiddenFiles =
  'keyfob: [default] in your AWS files has credentials of its own, which would go before these: those files are hidden from the program.\n';

function changed(
  env: CliContext['env'],
  { set, unset }: { set: Readonly<Record<string, string>>; unset: readonly string[] },
): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => !unset.includes(name));
  return { ...Object.fromEntries(kept), ...set };
}

/** The program's name without its folders: those may tell more than the record needs. */
function labelOf(command: string): string {
  const name = command.split(/[\\/]/).at(-1) ?? '';
  return `exec ${name.replaceAll(/[^\w.+-]/g, '_')}`.slice(0, 60);
}

function noCommand(name: string | undefined): KeyfobError {
  const account = name === undefined || name === '' ? '' : `${name} `;
  return wrong(
    'There is no command to run.',
    `Put it after two hyphens: \`keyfob exec ${account}-- aws s3 ls\`.`,
  );
}

function notBehindHyphens(word: string): KeyfobError {
  return wrong(
    `What is to be run stands after two hyphens: ${word} does not.`,
    'Write it as in `keyfob exec acme/prod/Admin -- aws s3 ls`.',
  );
}

function wrong(message: string, hint: string): KeyfobError {
  return new KeyfobError('invalid_input', message, { hint });
}
