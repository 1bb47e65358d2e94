import { type Argument, Command, CommanderError, Help } from 'commander';
import { version } from '../../shared/version.ts';
import { addAccount } from './commands/account.ts';
import { addAccounts } from './commands/accounts.ts';
import { addActivity } from './commands/activity.ts';
import { addCompletion } from './commands/completion.ts';
import { addConfig } from './commands/config.ts';
import { addConfirm } from './commands/confirm.ts';
import { addConnection } from './commands/connection.ts';
import { addConsole } from './commands/console.ts';
import { addCredentialProcess } from './commands/credential-process.ts';
import { addDaemon } from './commands/daemon.ts';
import { addDocker } from './commands/docker.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEnv } from './commands/env.ts';
import { addExchange } from './commands/exchange.ts';
import { addExec } from './commands/exec.ts';
import { addGit } from './commands/git.ts';
import { addGrant } from './commands/grant.ts';
import { addIntrospect } from './commands/introspect.ts';
import { addKube } from './commands/kube.ts';
import { addLogin } from './commands/login.ts';
import { addLogout } from './commands/logout.ts';
import { addRegister } from './commands/register.ts';
import { addRelay } from './commands/relay.ts';
import { addRevoke } from './commands/revoke.ts';
import { addService } from './commands/service.ts';
import { addStatus } from './commands/status.ts';
import { addToken } from './commands/token.ts';
import { addUse } from './commands/use.ts';
import { addUserinfo } from './commands/userinfo.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { examples } from './help.ts';
import { errorText } from './printable.ts';

/**
 * Runs one command of the `keyfob` program and returns its exit code; undefined means that the
 * process is now the helper. What the command itself throws is passed on.
 */
export async function runProgram(
  args: readonly string[],
  context: CliContext,
): Promise<number | undefined> {
  const outcome: Outcome = { exitCode: exitCodes.done };
  const [own, words] = splitForExec(args);
  const program = createProgram(context, outcome, words);
  try {
    await program.parseAsync(asked(own, program), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and the version end the parsing by an error, too; help that nobody asked for (a group of
    // commands without a command) is a wrong usage.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  return outcome.exitCode;
}

/** What `exec` is to run is not ours to read: our own words, and those after `--`. */
function splitForExec(
  args: readonly string[],
): [own: readonly string[], words: readonly string[] | undefined] {
  const at = args.indexOf('--');
  const isExec = args.slice(0, at).find((arg) => !arg.startsWith('-')) === 'exec';
  return at === -1 || !isExec ? [args, undefined] : [args.slice(0, at), args.slice(at + 1)];
}

/**
 * `help connection add` as `connection add --help`. The library reads one word only, and answers one
 * that it does not know with everything: as that command itself, it is told which were meant.
 */
function asked(args: readonly string[], program: Command): readonly string[] {
  const [first, ...words] = args;
  if (first !== 'help') return args;
  let node = program;
  for (const word of words) {
    const child = node.commands.find((command) => command.name() === word);
    if (child === undefined) {
      const isGroup = node.commands.length > 0 && node.registeredArguments.length === 0;
      if (isGroup && !word.startsWith('-')) return words;
      break;
    }
    node = child;
  }
  return [...words, '--help'];
}

/** The exit code of a command that ran to its end without an error, but found something wrong. */
export interface Outcome {
  /** Undefined: the process goes on, and ends by itself. */
  exitCode: number | undefined;
}

const helpCommand = ['help [command]', 'Shows help for a command'] as const;

const allGlobalOptions = Object.assign(new Help(), { showGlobalOptions: true });

/** The program with all its commands; `outcome` takes the exit code of the one that runs. */
export function createProgram(
  context: CliContext,
  outcome: Outcome,
  words: readonly string[] | undefined,
): Command {
  const program = new Command('keyfob')
    .description(
      'Signs you in to AWS IAM Identity Center and to OpenID providers, keeps the secrets in the keychain of your system, and hands short-lived credentials to your tools.',
    )
    .usage('<command> [options]')
    .version(version, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Show help for a command')
    .helpCommand(...helpCommand)
    .option('--no-autostart', 'Fail with exit code 4 where no helper runs, instead of starting one')
    .showSuggestionAfterError()
    .exitOverride()
    .configureHelp({
      showGlobalOptions: true,
      // Not `--version`, nor what belongs to a command with subcommands of its own.
      visibleGlobalOptions: (command) =>
        allGlobalOptions
          .visibleGlobalOptions(command)
          .filter(({ long }) => long === '--no-autostart'),
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
      styleTitle: (text) => context.style.bold(text),
    })
    .configureOutput({
      writeOut: (text) => context.out(text),
      writeErr: (text) => context.err(text),
      outputError: (text, writeErr) => writeErr(usageErrorText(text)),
      getOutHelpWidth: () => context.columns ?? 80,
      getErrHelpWidth: () => context.columns ?? 80,
      getOutHasColors: () => true, // The style decides; commander would strip what it adds.
      getErrHasColors: () => true,
    });
  program.showHelpAfterError('  See `keyfob --help`.');
  program.commandsGroup('Signing in:');
  addConnection(program, context);
  addLogin(program, context);
  addLogout(program, context);
  addStatus(program, context);
  program.commandsGroup('Accounts:');
  addAccounts(program, context);
  addUse(program, context);
  addAccount(program, context);
  program.commandsGroup('For your tools:');
  addExec(program, context, outcome, words);
  addEnv(program, context);
  addConfig(program, context);
  addCredentialProcess(program, context);
  addToken(program, context);
  addConsole(program, context);
  addKube(program, context);
  addGit(program, context);
  addDocker(program, context);
  program.commandsGroup('Who may ask:');
  addGrant(program, context);
  addConfirm(program, context);
  addActivity(program, context);
  program.commandsGroup('At an OpenID provider:');
  addUserinfo(program, context);
  addIntrospect(program, context);
  addRevoke(program, context);
  addExchange(program, context);
  addRegister(program, context);
  program.commandsGroup('Keyfob itself:');
  addDoctor(program, context, outcome);
  addService(program, context);
  addDaemon(program, context, outcome);
  addRelay(program, context);
  addCompletion(program, context);
  program.helpCommand(...helpCommand); // Again, to stand in this group.
  for (const command of program.commands) pointToHelp(command, `keyfob ${command.name()}`);
  examples(program, [
    [
      'Tell Keyfob where you sign in',
      'keyfob connection add identity-center --name acme \\\n      --start-url https://acme.awsapps.com/start --region eu-west-1',
    ],
    ['Sign in', 'keyfob login acme'],
    [
      'Find an account, and make it the active one',
      'keyfob accounts prod\n  keyfob use acme/prod/Admin',
    ],
    [
      'Let the AWS CLI and SDKs use it: in ~/.aws/config',
      '[profile prod]\n  credential_process = "/path/to/keyfob" credential-process acme/prod/Admin',
    ],
  ]);
  program.addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 sign-in required, 4 no helper,\n5 refused.',
  );
  return program;
}

function argumentTerm(argument: Argument): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}

/** After a wrong usage, says which help to read. */
function pointToHelp(command: Command, path: string): void {
  command.showHelpAfterError(`  See \`${path} --help\`.`);
  for (const child of command.commands) pointToHelp(child, `${path} ${child.name()}`);
}

/** Commander's `error: …` in Keyfob's form; its suggestion becomes the hint. */
function usageErrorText(text: string): string {
  const [first = '', ...rest] = text.trim().split('\n');
  const message = first
    .replace(/^error: /, '')
    .replace(/^command-argument value ('.*') is invalid for argument '(.*?)'\./, '$1 is no $2.');
  const suggestion = rest.join(' ').replace(/^\((.*)\)$/, '$1');
  return errorText({
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`,
    hint: suggestion === '' ? undefined : suggestion,
  });
}
