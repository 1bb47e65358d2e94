import type {
  AccessTokens,
  AccountSource,
  AwsCredentials,
  ConnectionTokens,
  ListedAccount,
  TokenCredentials,
  TokenWish,
} from '../../main/accounts/source.ts';
import type { Clock } from '../../main/ports.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { ConnectionSettings } from '../../shared/model.ts';

type Listing = Parameters<AccountSource['list']>[0];

/** A provider of accounts that does what the test says. */
export interface FakeSource extends AccountSource {
  /** What `list` does next and from then on. */
  listing: (options: Listing) => Promise<void>;
  /** Makes `list` tell these, one AWS account after another. */
  lists(...accounts: readonly ListedAccount[][]): void;
  listings: number;
  /** What `roleCredentials` answers; by default credentials of an hour. */
  answer: (
    account: { accountId: string; roleName: string },
    accessToken: string,
    signal: AbortSignal,
  ) => Promise<AwsCredentials>;
  /** Calls of `roleCredentials`, as `accountId/roleName token`. */
  readonly calls: string[];
  /** Credentials that last so long from now; numbered, to tell them apart. */
  make(lifetimeMs: number): AwsCredentials;
  /** By how much the provider's clock is ahead. */
  aheadMs: number;
}

export function createFakeSource(clock: Clock): FakeSource {
  let made = 0;
  const source: FakeSource = {
    aheadMs: 0,
    listings: 0,
    calls: [],
    now: () => clock.now() + source.aheadMs,
    listing: async () => undefined,
    lists(...accounts) {
      source.listing = async ({ onAccount }) => {
        for (const roles of accounts) onAccount(roles[0]?.accountId ?? '', roles);
      };
    },
    async list(options) {
      source.listings++;
      await source.listing(options);
    },
    answer: async () => source.make(3_600_000),
    async roleCredentials(account, accessToken, signal) {
      source.calls.push(`${account.accountId}/${account.roleName} ${accessToken}`);
      return await source.answer(account, accessToken, signal);
    },
    make(lifetimeMs) {
      made++;
      return {
        accessKeyId: `AKID${made}`,
        secretAccessKey: `secret-key-${made}`,
        sessionToken: `session-token-${made}`,
        accountId: '000000000001',
        obtainedAt: source.now(),
        expiresAt: source.now() + lifetimeMs,
      };
    },
  };
  return source;
}

export interface FakeTokens extends AccessTokens, ConnectionTokens {
  /** The access token. */
  present: string;
  /** When set, both calls reject with it. */
  failure: Error | undefined;
  readonly renewals: string[];
  /** What was wished of which connection. */
  readonly wishes: (TokenWish & { readonly connection: string })[];
  /** The tokens that others refused, with their connections. */
  readonly replaced: [connection: string, refused: string][];
  /** What `token` answers; by default it refuses: most tests are of AWS alone. */
  answer: (connection: string, wish: TokenWish) => Promise<TokenCredentials>;
}

export function createFakeTokens(): FakeTokens {
  const tokens: FakeTokens = {
    present: 'token-1',
    failure: undefined,
    renewals: [],
    wishes: [],
    replaced: [],
    async answer(connection) {
      throw new KeyfobError('invalid_input', `${connection} has no tokens.`);
    },
    async token(connection, wish) {
      tokens.wishes.push({ ...wish, connection });
      if (tokens.failure !== undefined) throw tokens.failure;
      return await tokens.answer(connection, wish);
    },
    async accessToken() {
      if (tokens.failure !== undefined) throw tokens.failure;
      return tokens.present;
    },
    async renewAfterRefusal(_, refused) {
      tokens.renewals.push(refused);
      if (tokens.failure !== undefined) throw tokens.failure;
      if (tokens.present === refused) tokens.present = `${refused}-renewed`;
      return tokens.present;
    },
    async replaceToken(connection, refused) {
      tokens.replaced.push([connection, refused]);
    },
  };
  return tokens;
}

/** What accounts need to know of connections and people, where a test is about neither. */
export function fakeSurroundings(): {
  readonly settingsOf: (connection: string) => ConnectionSettings;
  readonly prompts: { mfaCode(): Promise<string> };
} {
  return {
    settingsOf: (name) => ({
      kind: 'identity-center',
      name,
      startUrl: 'https://acme.awsapps.com/start',
      region: 'eu-west-1',
      scopes: [],
      flow: 'auto',
    }),
    prompts: { mfaCode: () => Promise.reject(new Error('Nobody is asked here.')) },
  };
}
