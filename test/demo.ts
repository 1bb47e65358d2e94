import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lookForSecrets } from './demo/secrets.ts';
import { type Stage, setStage } from './demo/stage.ts';
import { type OpenidProvider, startOpenidProvider } from './support/openid-provider.ts';
import { approve } from './support/person.ts';
import { type Run, runProgram } from './support/run-program.ts';

/**
 * `npm run demo`: the whole way from nothing to `aws sts get-caller-identity`, against the
 * simulator. Every line after `$` is what one would type; what follows it is what one would see.
 * With `--keep` it stays up at the end, until Ctrl+C.
 */

const keep = process.argv.includes('--keep');
const keyfob = join(import.meta.dirname, '../dist/keyfob');

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function scene(title: string): void {
  say(`\n\u2500\u2500 ${title} ${'\u2500'.repeat(Math.max(0, 74 - title.length))}\n`);
}

/** Shows a command and runs it. `keyfob` is the one just built. */
function type(
  stage: Stage,
  command: readonly string[],
  environment: Record<string, string> = {},
): Run {
  say(`$ ${command.map(quoted).join(' ')}`);
  const [program = '', ...args] = command;
  const actual = program === 'keyfob' ? keyfob : program;
  let lineStart = true;
  return runProgram([actual, ...args], { ...stage.env, ...environment }, (text) => {
    // Output comes in pieces that need not end with a line.
    const indented = text.replace(/^(?=.)/gm, (_, at: number) => (at > 0 || lineStart ? '  ' : ''));
    lineStart = text.endsWith('\n');
    process.stdout.write(indented);
  });
}

/** Runs a command to its end; anything but success ends the demo. */
async function typed(stage: Stage, ...command: string[]): Promise<string> {
  const { code, stdout } = await type(stage, command).ended;
  if (code !== 0) throw new Error(`\`${command.join(' ')}\` ended with exit code ${code}`);
  return stdout;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`;
}

async function play(stage: Stage): Promise<void> {
  const { simulator, urls, env } = stage;
  say(`The simulator of IAM Identity Center is up at ${urls.origin}; nothing here reaches AWS.`);
  say(`The keychain: ${stage.keychain}.`);

  scene('Tell Keyfob where you sign in');
  say('(The first command starts the helper; it stays in the background.)');
  await typed(
    stage,
    ...['keyfob', 'connection', 'add', 'identity-center', '--name', 'acme'],
    ...['--start-url', simulator.startUrl, '--region', simulator.region],
  );

  scene('Sign in with a device code');
  const device = type(stage, ['keyfob', 'login', 'acme', '--device']);
  const [page] = await device.until(/http\S+user_code=\S+/);
  const [code] = await device.until(/\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/);
  say(`(A script plays the person: it opens that page, sees ${code}, and presses Approve.)`);
  await approve(page);
  await succeeded(device);

  scene('Sign out, and sign in again in the browser');
  await typed(stage, 'keyfob', 'logout', 'acme');
  say('(KEYFOB_BROWSER is a script that plays the person: it presses Approve.)');
  await succeeded(type(stage, ['keyfob', 'login', 'acme'], { DISPLAY: ':0' }));

  scene('See your accounts, and switch between them');
  await typed(stage, 'keyfob', 'accounts');
  const [first, second] = await twoAccounts(stage);
  await typed(stage, 'keyfob', 'use', first);

  scene('Let the AWS CLI use them');
  const config = writeProfiles(stage, { one: first, two: second, current: '' });
  say(`In ${config.path.replace(env.HOME ?? '', '~')}:\n`);
  say(config.text.replace(/^(?=.)/gm, '  '));
  const hasAwsCli = await runProgram(['aws', '--version'], env).ended.then(
    ({ code }) => code === 0,
    () => false,
  );
  if (!hasAwsCli) say('(There is no AWS CLI here; the AWS SDK for JavaScript takes its place.)\n');
  const tool = hasAwsCli
    ? ['aws', 'sts', 'get-caller-identity']
    : [process.execPath, join(import.meta.dirname, 'demo/sdk-identity.ts')];
  const identity = (profile: string) =>
    typed(
      stage,
      ...[...tool, '--profile', profile],
      ...['--region', simulator.region, '--endpoint-url', urls.stsUrl],
    );
  expectIdentity(await identity('one'), stage, first);
  expectIdentity(await identity('two'), stage, second);

  scene('Switch, and the profile without an account follows');
  expectIdentity(await identity('current'), stage, first);
  await typed(stage, 'keyfob', 'use', second);
  expectIdentity(await identity('current'), stage, second);

  scene('Give a program credentials of its own, while it runs');
  expectIdentity(
    await typed(
      stage,
      ...['keyfob', 'exec', second, '--', ...tool],
      ...['--region', simulator.region, '--endpoint-url', urls.stsUrl],
    ),
    stage,
    second,
  );

  const corp = await startOpenidProvider();
  const corpSecrets = await playOpenid(stage, corp).finally(corp.close);

  scene('How things stand');
  await typed(stage, 'keyfob', 'status');

  scene('Look for secrets where none may be');
  const { files, secrets } = lookForSecrets(stage.folder, [...simulator.secrets(), ...corpSecrets]);
  say(
    `Searched ${files} files for the ${secrets} secrets handed out so far: none is in any of them.`,
  );
}

/** Another provider than AWS: its tokens are accounts too. */
async function playOpenid(stage: Stage, corp: OpenidProvider): Promise<readonly string[]> {
  scene('Connect an OpenID provider, whose tokens are accounts too');
  say(`(A real one, in this process: ${corp.issuer}. Keyfob registers itself there.)`);
  await typed(
    stage,
    'keyfob',
    'connection',
    'add',
    'oidc',
    '--name',
    'corp',
    '--issuer',
    corp.issuer,
  );
  const login = type(stage, ['keyfob', 'login', 'corp', '--no-browser']);
  const [page] = await login.until(/http\S+[?&]client_id=\S+/);
  say('(A script plays the person again.)');
  await corp.approve(page);
  await succeeded(login);
  await typed(stage, 'keyfob', 'accounts', 'corp');
  const print =
    'console.log("The length of the token that the program has:", process.env.CORP_TOKEN.length)';
  const given = ['--variable', 'CORP_TOKEN'];
  await typed(stage, 'keyfob', 'account', 'add', 'token', 'corp/api', ...given);
  await typed(stage, 'keyfob', 'exec', 'corp/api', '--', 'node', '-e', print);
  return corp.secrets();
}

async function succeeded(run: Run): Promise<void> {
  const { code } = await run.ended;
  if (code !== 0) throw new Error(`The command ended with exit code ${code}`);
}

/** Two accounts of different AWS accounts, by their paths. */
async function twoAccounts(stage: Stage): Promise<[string, string]> {
  const { stdout } = await runProgram([keyfob, 'accounts', '--json'], stage.env).ended;
  const { accounts }: { accounts: { path: string; accountId: string }[] } = JSON.parse(stdout);
  const [first] = accounts;
  const second = accounts.find(({ accountId }) => accountId !== first?.accountId);
  if (first === undefined || second === undefined) throw new Error('There are no two accounts');
  return [first.path, second.path];
}

function writeProfiles(stage: Stage, profiles: Readonly<Record<string, string>>) {
  const path = stage.env.AWS_CONFIG_FILE ?? '';
  const text = Object.entries(profiles)
    .map(([name, account]) => {
      const line = `credential_process = "${keyfob}" credential-process`;
      return `[profile ${name}]\n${line}${account === '' ? '' : ` "${account}"`}\n`;
    })
    .join('\n');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return { path, text };
}

/** The answer must name the account and role that was asked for. */
function expectIdentity(output: string, { simulator }: Stage, path: string): void {
  const [, accountName, roleName = ''] = path.split('/');
  const account = simulator.accounts().find(({ accountId }) => output.includes(accountId));
  if (account?.accountName !== accountName || !output.includes(roleName)) {
    throw new Error(`Expected the identity of ${path}`);
  }
}

/** Ends the helper that the first command started. */
async function endHelper(stage: Stage): Promise<void> {
  const { code, stdout } = await runProgram(
    [keyfob, 'status', '--json', '--no-autostart'],
    stage.env,
  ).ended;
  if (code !== 0) return;
  const { helper }: { helper: { pid: number } } = JSON.parse(stdout);
  const { pid } = helper;
  process.kill(pid, 'SIGTERM');
  for (let tries = 0; tries < 200 && isAlive(pid); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function untilInterrupted({ env, urls }: Stage): Promise<void> {
  scene('Try it yourself; Ctrl+C ends it');
  const names = /^(KEYFOB_|AWS_|HOME$|DBUS_)/;
  for (const [name, value] of Object.entries(env)) {
    if (names.test(name)) say(`export ${name}='${value}'`);
  }
  say(`export PATH='${dirname(keyfob)}':"$PATH"`);
  say(
    `\nkeyfob accounts\naws sts get-caller-identity --profile one --region eu-west-1 --endpoint-url ${urls.stsUrl}`,
  );
  await new Promise<void>((resolve) => {
    const alive = setInterval(() => {}, 2 ** 30);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        clearInterval(alive);
        resolve();
      });
    }
  });
}

if (!existsSync(keyfob)) throw new Error('dist/keyfob is missing: run `npm run build`');
const stage = await setStage();
try {
  await play(stage);
  if (keep) await untilInterrupted(stage);
  say('\nThat was all. The simulator and the helper end now, and their folder is removed.');
} catch (error) {
  say(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await endHelper(stage).finally(stage.clear);
}
