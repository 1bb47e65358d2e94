import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { isAwsAccount } from '../../../shared/account.ts';
import { KeyfobError } from '../../../shared/errors.ts';
import type { CliContext, CommonOptions } from '../context.ts';
import { installInto, removeFrom } from '../edits/edits.ts';
import { hotSurroundings } from '../environment/sources.ts';
import { examples, next } from '../help.ts';
import { kubeToken } from '../hot-kube.ts';
import {
  currentContext,
  installedUsers,
  installUser,
  removeUsers,
  userName,
} from '../kube/kubeconfig.ts';
import { ownWords } from '../own-command.ts';

interface TokenOptions extends CommonOptions {
  readonly cluster?: string;
  readonly region?: string;
  readonly accessToken?: boolean;
  readonly scope?: string;
  readonly audience?: string;
}

interface InstallOptions extends TokenOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly yes?: boolean;
}

/** `kube token`, `kube install`, `kube remove`. */
export function addKube(program: Command, context: CliContext): void {
  const kube = program
    .command('kube')
    .description('Lets kubectl sign in to clusters through Keyfob');
  addToken(kube, context);
  addInstall(kube, context);
  addRemove(kube, context);
}

/** For a person who asks for help; the entry answers kubectl without coming here. */
function addToken(kube: Command, context: CliContext): void {
  const token = tokenOptions(
    kube
      .command('token')
      .description('Prints the ExecCredential that kubectl asks for')
      .argument('[account]', 'Path or id of the account; without one, the active account'),
  )
    .option('--json', 'Accepted, since the output is JSON anyway')
    .action(async (account: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<TokenOptions>();
      const values = {
        ...(options.cluster === undefined ? {} : { '--cluster': options.cluster }),
        ...(options.region === undefined ? {} : { '--region': options.region }),
        ...(options.scope === undefined ? {} : { '--scope': options.scope }),
        ...(options.audience === undefined ? {} : { '--audience': options.audience }),
        ...(options.accessToken ? { '--access-token': '' } : {}),
      };
      const words = ['token', ...(account === undefined ? [] : [account])];
      const { autostart } = options;
      context.out(await kubeToken({ words, values, autostart }, hotSurroundings(context)));
    });
  examples(token, [
    ['For a cluster that knows people by their ID token', 'keyfob kube token corp/access'],
    ['For an EKS cluster', 'keyfob kube token acme/prod/Admin --cluster main --region eu-west-1'],
  ]);
}

function tokenOptions(command: Command): Command {
  return command
    .option('--cluster <name>', 'The EKS cluster, for an AWS account')
    .option('--region <region>', "The cluster's region; default: that of the connection")
    .option('--access-token', 'The access token instead of the ID token')
    .option('--scope <scopes>', 'Other scopes than the account has, with blanks between them')
    .option('--audience <audience>', 'For whom the token is to be');
}

function addInstall(kube: Command, context: CliContext): void {
  const install = tokenOptions(
    kube
      .command('install')
      .description('Has a context of your kubeconfig sign in as an account; shows the change first')
      .argument('<account>', 'Path or id of the account'),
  )
    .option('--context <name>', 'Default: the current one')
    .option('--kubeconfig <file>', 'Default: the one that kubectl uses')
    .option('--yes', 'Do not ask')
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<InstallOptions>();
      const client = context.connect(options.autostart);
      const { account } = await client.call('account.show', { account: name });
      if (isAwsAccount(account) !== (options.cluster !== undefined)) {
        throw clusterMissing(account.path, isAwsAccount(account));
      }
      const [own = '', ...more] = ownWords(context);
      const change = (text: string | null) =>
        installUser(text ?? '', {
          context: contextIn(text, options.context),
          user: userName(account.path, options.cluster),
          command: own,
          args: [...more, 'kube', 'token', account.id, ...tokenArguments(options)],
        });
      const path = kubeconfigPath(options, context);
      const done = await installInto(path, change, context, { yes: options.yes ?? false });
      context.err(done ? 'kubectl signs in through Keyfob there.\n' : 'Nothing to change.\n');
    });
  examples(install, [
    ['The current context, with the ID token of corp', 'keyfob kube install corp/access'],
    [
      'A cluster of EKS',
      'keyfob kube install acme/prod/Admin --context prod \\\n      --cluster main --region eu-west-1',
    ],
  ]);
  next(install, 'Take it back with `keyfob kube remove`.');
}

function addRemove(kube: Command, context: CliContext): void {
  const remove = kube
    .command('remove')
    .description('Takes back what `kube install` did; shows the change first')
    .option('--context <name>', 'Of this context alone')
    .option('--kubeconfig <file>', 'Default: the one that kubectl uses')
    .option('--yes', 'Do not ask')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<InstallOptions>();
      const only = options.context;
      const done = await removeFrom(
        kubeconfigPath(options, context),
        {
          install: (text, found) =>
            installedUsers(found)
              .filter((one) => only === undefined || one.context === only)
              .reduce((sofar, one) => installUser(sofar, one), text ?? ''),
          remove: (text) => removeUsers(text, only),
        },
        context,
        { yes: options.yes ?? false },
      );
      context.err(done ? 'kubectl signs in as it did before.\n' : 'Nothing to change.\n');
    });
  examples(remove, [['All contexts', 'keyfob kube remove']]);
}

function tokenArguments(options: TokenOptions): readonly string[] {
  const { cluster, region, scope, audience, accessToken } = options;
  return [
    ...(cluster === undefined ? [] : ['--cluster', cluster]),
    ...(region === undefined ? [] : ['--region', region]),
    ...(scope === undefined ? [] : ['--scope', scope]),
    ...(audience === undefined ? [] : ['--audience', audience]),
    ...(accessToken ? ['--access-token'] : []),
  ];
}

function contextIn(text: string | null, given: string | undefined): string {
  const found = given ?? (text === null ? undefined : currentContext(text));
  if (found !== undefined && text !== null) return found;
  throw new KeyfobError(
    'invalid_input',
    text === null ? 'There is no kubeconfig yet.' : 'The kubeconfig has no current context.',
    {
      hint:
        text === null
          ? 'Get the cluster into one first (`aws eks update-kubeconfig`, or `kubectl config set-cluster` and `set-context`), or name one with --kubeconfig.'
          : 'Name one with --context.',
    },
  );
}

/** kubectl merges a list of files, and changes the first of them. */
function kubeconfigPath(
  { kubeconfig }: InstallOptions,
  { env, platform }: Pick<CliContext, 'env' | 'platform'>,
): string {
  if (kubeconfig !== undefined) return kubeconfig;
  const listed = (env.KUBECONFIG ?? '').split(platform === 'win32' ? ';' : ':').filter(Boolean);
  if (listed[0] !== undefined) return listed[0];
  const home = (platform === 'win32' ? env.USERPROFILE : env.HOME) || homedir();
  return join(home, '.kube', 'config');
}

function clusterMissing(path: string, isAws: boolean): KeyfobError {
  return isAws
    ? new KeyfobError('invalid_input', `${path} is an AWS account, and no cluster is named.`, {
        hint: 'Name the EKS cluster: --cluster NAME --region REGION.',
      })
    : new KeyfobError('invalid_input', `${path} is a token, which EKS takes no --cluster for.`, {
        hint: 'Leave --cluster out, or name an AWS account.',
      });
}
