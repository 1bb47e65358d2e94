import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandInput } from '../../shared/commands.ts';
import type { SessionView, SignIn } from '../../shared/model.ts';
import { eventually } from './eventually.ts';
import {
  type HelperProcess,
  type HelperProcessOptions,
  startHelperProcess,
} from './helper-process.ts';
import {
  type OpenidProvider,
  type OpenidProviderOptions,
  startOpenidProvider,
} from './openid-provider.ts';

/** A real OpenID provider and a real helper process that keeps its secrets in an encrypted file. */
export interface OpenidStage {
  readonly provider: OpenidProvider;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  helper(): HelperProcess;
  /** Ends the helper with a signal and starts another one on the same files. */
  restart(signal?: NodeJS.Signals): Promise<HelperProcess>;
  /** Adds a connection to the provider as one of its clients; without one, Keyfob registers. */
  add(name: string, client?: string, changes?: Partial<OidcInput>): Promise<void>;
  /** Signs in by the browser flow, as alice. */
  signIn(name: string): Promise<void>;
  session(name: string): Promise<SessionView | undefined>;
  readonly call: HelperProcess['call'];
  /** Starts a sign-in that asks once, and answers; rejects with what it ended with. */
  answer(name: string, values: Readonly<Record<string, string>>): Promise<void>;
  /** What a sign-in asks once `before` has been answered. */
  asked(name: string, before: string | undefined): Promise<Asked>;
  /** Ends every grant of a connection's client at the provider. */
  revokeAll(name: string): Promise<void>;
  /** The connection's own access token, as a tool gets it. */
  token(name: string, query?: string): Promise<{ status: number; body: Record<string, unknown> }>;
  /** A request whose client hangs up when the signal says so. */
  leaveEarly(path: string, signal: AbortSignal): Promise<void>;
  /** Every page that Keyfob had a browser open. */
  opened(): Promise<string[]>;
  close(): Promise<void>;
}

type Asked = NonNullable<SignIn['asks']>;
type OidcInput = Extract<CommandInput<'connection.add'>, { kind: 'oidc' }>;

/** Starts both. */
export async function startOpenidStage(
  options: OpenidProviderOptions & {
    readonly env?: Readonly<Record<string, string>>;
    readonly script?: string;
    /** Of the helper: as of HelperProcessOptions. */
    readonly movableClock?: number;
  } = {},
): Promise<OpenidStage> {
  const { env: moreEnv, script, movableClock, ...forProvider } = options;
  const provider = await startOpenidProvider(forProvider);
  const home = await mkdtemp(join(tmpdir(), 'keyfob-openid-'));
  const passphraseFile = join(home, 'passphrase');
  const pages = join(home, 'pages');
  const browser = join(home, 'browser.sh');
  await writeFile(passphraseFile, 'correct horse battery staple', { mode: 0o600 });
  await writeFile(pages, '');
  await writeFile(browser, `#!/bin/sh\nprintf '%s\\n' "$1" >> '${pages}'\n`);
  await chmod(browser, 0o700);
  const env = {
    KEYFOB_HOME: join(home, 'keyfob'),
    KEYFOB_KEYCHAIN: 'file',
    KEYFOB_PASSPHRASE_FILE: passphraseFile,
    KEYFOB_BROWSER: browser,
    ...moreEnv,
  };
  const how: HelperProcessOptions = {
    env,
    ...(script === undefined ? {} : { script }),
    ...(movableClock === undefined ? {} : { movableClock }),
  };
  let helper = await startHelperProcess(how);

  async function session(name: string): Promise<SessionView | undefined> {
    const { connections } = await helper.call('state', {});
    return connections.find(({ settings }) => settings.name === name)?.session;
  }

  async function token(name: string, query = '') {
    const { status, body } = await helper.get(`/v1/token?account=${name}/access${query}`);
    return { status, body: JSON.parse(body) as Record<string, unknown> };
  }

  return {
    provider,
    home,
    env,
    helper: () => helper,
    async restart(signal = 'SIGTERM') {
      await helper.end(signal);
      helper = await startHelperProcess(how);
      return helper;
    },
    async add(name, client, changes = {}) {
      const known = client === undefined ? undefined : provider.client(client);
      const { clientId, clientSecret } = known ?? {};
      await helper.call('connection.add', {
        kind: 'oidc',
        name,
        issuer: provider.issuer,
        ...(clientId === undefined ? {} : { clientId }),
        ...(clientSecret === undefined ? {} : { clientSecret }),
        ...changes,
      });
    },
    async signIn(name) {
      const pending = await helper.call('signIn.start', {
        connection: name,
        flow: 'browser',
        openBrowser: false,
      });
      await provider.approve(pending.authorizationUrl ?? '');
      await helper.call('signIn.wait', { connection: name });
    },
    session,
    call: (...args) => helper.call(...args),
    async answer(name, values) {
      const { asks } = await helper.call('signIn.start', { connection: name });
      await helper.call('signIn.answer', { connection: name, id: asks?.id ?? '', values });
      await helper.call('signIn.wait', { connection: name });
    },
    asked: (name, before) =>
      eventually(async () => {
        const { signIns } = await helper.call('state', {});
        const asks = signIns.find(({ connection }) => connection === name)?.asks;
        if (asks === undefined || asks.id === before) throw new Error('Nothing is asked yet.');
        return asks;
      }),
    async revokeAll(name) {
      const { access_token } = (await token(name)).body;
      const found = await provider.provider.AccessToken.find(String(access_token));
      await provider.provider.AccessToken.adapter.revokeByGrantId(found?.grantId ?? '');
    },
    token,
    leaveEarly: (path, signal) =>
      new Promise((resolve) => {
        const { socket: socketPath } = helper;
        const headers = { host: 'localhost' };
        const asking = request({ socketPath, path, headers, signal }, (answer) => answer.resume());
        asking.once('error', () => undefined);
        asking.once('close', () => resolve());
        asking.end();
      }),
    opened: async () => (await readFile(pages, 'utf8')).split('\n').filter(Boolean),
    async close() {
      await helper.end();
      await provider.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
