import type { Command } from 'commander';
import { isAwsAccount, isTokenAccount } from '../../../shared/account.ts';
import type { CommandClient } from '../../../shared/commands.ts';
import { KeyfobError } from '../../../shared/errors.ts';
import type { SignIn } from '../../../shared/model.ts';
import { type AnswerOptions, answerQuestions } from '../asked-sign-in.ts';
import type { CliContext, CommonOptions } from '../context.ts';
import { examples, next } from '../help.ts';
import { credentialProcessLine } from '../own-command.ts';
import { printable } from '../printable.ts';
import { isRemote } from '../surroundings.ts';
import { problemText } from '../text/connection-text.ts';
import { countOf } from '../text/session-text.ts';
import { signInText, signInWaitingText } from '../text/sign-in-text.ts';

interface LoginOptions extends CommonOptions, AnswerOptions {
  readonly device?: boolean;
  readonly browser: boolean;
}

/** `login`. */
export function addLogin(program: Command, context: CliContext): void {
  const login = program
    .command('login')
    .description('Signs in: in the browser, by a device code, or as the connection has it')
    .argument('[connection]', 'The connection; may be left out where there is only one')
    .option('--device', 'Show a code to type in at any device, instead of opening a browser here')
    .option('--no-browser', 'Print the page to open, but do not open it')
    .option('--username <name>', 'For sign-ins that ask here: who you are')
    .option('--password-stdin', 'Read the password from stdin')
    .option('--otp-stdin', 'Read the one-time password from stdin, once it has been sent')
    .option('--assertion-file <file>', 'Hand in the SAML or JWT assertion in this file')
    .option('--json', 'Print one event a line, as JSON, for programs')
    .action(async (name: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<LoginOptions>();
      const client = context.connect(options.autostart);
      const connection = name ?? (await onlyConnection(client));
      await checkUsername(client, connection, options.username);
      await signIn(client, connection, options, context);
      await showAccounts(client, connection, options, context);
    });
  examples(login, [
    ['Sign in to acme', 'keyfob login acme'],
    ['From an SSH session, with the browser elsewhere', 'keyfob login acme --device'],
  ]);
  next(
    login,
    'Ctrl-C cancels the sign-in. The session renews itself for as long as the\nprovider allows.',
  );
}

async function onlyConnection(client: CommandClient): Promise<string> {
  const { connections } = await client.call('state', {});
  const names = connections.map(({ settings }) => settings.name);
  const [first] = names;
  if (first === undefined) {
    throw new KeyfobError('unknown_connection', 'There is no connection to sign in to yet.', {
      hint: 'Add one: `keyfob connection add identity-center --help` or `keyfob connection add oidc --help` show how.',
    });
  }
  if (names.length === 1) return first;
  throw new KeyfobError('invalid_input', 'There is more than one connection.', {
    hint: `Name one: \`keyfob login ${first}\`. The connections are ${names.join(', ')}.`,
  });
}

/** Else the one-time password would go to somebody else than was named here. */
async function checkUsername(
  client: CommandClient,
  connection: string,
  username: string | undefined,
): Promise<void> {
  if (username === undefined) return;
  const { settings } = await client.call('connection.show', { connection });
  const own = settings.kind === 'oidc' ? settings.username : undefined;
  if (own === undefined || own === username) return;
  throw new KeyfobError('invalid_input', `${connection} signs in as ${own}.`, {
    hint: `Leave --username out, or change it: \`keyfob connection update ${connection} --username ${username}\`.`,
  });
}

async function signIn(
  client: CommandClient,
  connection: string,
  options: LoginOptions,
  context: CliContext,
): Promise<void> {
  const stopListening = context.onInterrupt(async () => {
    context.err('\nCancelled.\n');
    await client.call('signIn.cancel', { connection });
  });
  try {
    const openBrowser = options.browser && !options.device && !isRemote(context);
    const pending = await client.call('signIn.start', {
      connection,
      openBrowser,
      remote: isRemote(context),
      ...(options.device ? { flow: 'device' } : {}),
    });
    const waiting = client.call('signIn.wait', { connection });
    if (pending.flow === 'form') {
      waiting.catch(() => undefined);
      await answer(client, pending, options, context, waiting);
      await waiting;
    } else if (pending.flow === 'unattended') {
      await waiting;
    } else if (options.json) {
      event(context, shownEvent(pending));
      await waiting;
    } else {
      context.err(signInText(pending, { ...context, opened: openBrowser }));
      await showWaiting(waiting, pending, client, context);
    }
  } finally {
    stopListening();
  }
  if (options.json) event(context, { event: 'signed_in', connection });
  else context.err(`Signed in to ${printable(connection)}.\n`);
}

async function answer(
  client: CommandClient,
  pending: SignIn,
  options: LoginOptions,
  context: CliContext,
  waiting: Promise<SignIn>,
): Promise<void> {
  const tell = (value: Readonly<Record<string, unknown>>) => event(context, value);
  const how = options.json ? { ...options, tell } : options;
  try {
    await answerQuestions(client, pending, context, how, waiting);
  } catch (error) {
    const { connection } = pending;
    await client.call('signIn.cancel', { connection }).catch(() => undefined);
    throw error;
  }
}

function event(context: CliContext, value: Readonly<Record<string, unknown>>): void {
  context.out(`${JSON.stringify(value)}\n`);
}

function shownEvent(pending: SignIn): Readonly<Record<string, unknown>> {
  return pending.flow === 'device'
    ? {
        event: 'device_code',
        user_code: pending.userCode,
        verification_uri: pending.verificationUri,
        verification_uri_complete: pending.verificationUriComplete,
        expires_at: pending.expiresAt,
      }
    : { event: 'authorization_url', url: pending.authorizationUrl, expires_at: pending.expiresAt };
}

/** Shows what is being waited for, with the time that is left where stderr is a terminal. */
async function showWaiting(
  waiting: Promise<SignIn>,
  pending: SignIn,
  client: CommandClient,
  context: CliContext,
): Promise<void> {
  let shown = '';
  const show = () => {
    const line = signInWaitingText(pending, context.now());
    if (line === shown) return;
    shown = line;
    context.err(context.interactive ? `\r${line}\u001b[K` : `${line}\n`);
  };
  const clear = () => {
    if (context.interactive) context.err('\r\u001b[K');
    shown = '';
  };
  let over = false;
  const end = waiting.finally(() => {
    over = true;
  });
  show();
  // An opener that fails does so after its first seconds, when the page has been shown already.
  const noted = context.pause(3_500).then(async () => {
    const error = over ? undefined : await openingError(client, pending);
    if (error === undefined || over || pending.error !== undefined) return;
    clear();
    context.err(problemText(error));
    show();
  });
  noted.catch(() => undefined);
  const timer = context.interactive ? setInterval(show, 1_000) : undefined;
  try {
    await end;
  } finally {
    clearInterval(timer);
    clear();
  }
}

async function openingError(client: CommandClient, { connection }: SignIn) {
  const { signIns } = await client.call('state', {});
  return signIns.find((one) => one.connection === connection && one.state === 'pending')?.error;
}

async function showAccounts(
  client: CommandClient,
  connection: string,
  options: LoginOptions,
  context: CliContext,
): Promise<void> {
  if (!options.json && context.interactive) context.err('Fetching your accounts …\n');
  const { catalogue, session } = await client.call('accounts.sync', { connection });
  if (options.json) {
    event(context, { event: 'synced', connection, accounts: catalogue.accounts });
    return;
  }
  for (const message of session.warnings ?? []) context.err(problemText({ message }));
  const { accounts } = await client.call('accounts.list', { connection });
  const first = accounts.find(isAwsAccount);
  const token = accounts.find(isTokenAccount);
  if (first === undefined && token !== undefined) {
    context.err(`\nNext:\n  keyfob token ${printable(token.path)}\n`);
    return;
  }
  // Accounts of one's own are in no provider's list.
  if (catalogue.accounts > 0 || first === undefined) {
    context.err(`${countOf(catalogue.accounts, 'account')}.\n`);
  }
  if (first === undefined) {
    context.err('Nobody has given you an account there yet. Ask who runs the Identity Center.\n');
    return;
  }
  context.err(
    [
      '\nNext:\n',
      `  keyfob accounts                          all of them\n`,
      `  keyfob use ${printable(first.path)}\n`,
      '\nFor the AWS CLI and SDKs, in ~/.aws/config:\n',
      '  [profile NAME]\n',
      `  ${credentialProcessLine(context, first)}\n`,
    ].join(''),
  );
}
