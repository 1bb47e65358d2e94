import { type Account, isAwsAccount, type TokenAccount } from '../../../shared/account.ts';
import type { CommandClient } from '../../../shared/commands.ts';
import { KeyfobError } from '../../../shared/errors.ts';
import type { Environment } from '../../../shared/places.ts';
import type { EnvironmentChange } from '../../../shared/shell-words.ts';
import {
  bearerVariable,
  conflictingWithAws,
  conflictingWithToken,
  regionVariables,
} from './aws-variables.ts';
import { withoutDefaultProfile } from './default-profile.ts';

/** Where a program finds the helper's endpoint, and what opens it. */
export interface Endpoint {
  readonly url: string;
  /** The token of a grant. */
  readonly token: string;
}

export interface EnvironmentWish {
  readonly account: string | undefined;
  readonly region?: string | undefined;
  /** The token itself goes into this variable, too. */
  readonly variable?: string | undefined;
  /** And into the one of this AWS signing name. */
  readonly bearer?: string | undefined;
}

/** How credentials and tokens are got; what a variable holds must be got now. */
export interface Sources {
  /** Absent: everything is put into variables as it is now. */
  readonly openEndpoint: ((account: Account) => Promise<Endpoint>) | undefined;
  /** credential_process JSON. */
  credentials(account: Account): Promise<Readonly<Record<string, string>>>;
  token(account: Account): Promise<string>;
}

/** What of an environment has to change for its programs to act as the account. */
export async function accountEnvironment(
  wish: EnvironmentWish,
  sources: Sources,
  context: {
    readonly client: CommandClient;
    readonly env: Environment;
    readonly platform: string;
  },
): Promise<EnvironmentChange & { readonly account: Account }> {
  const { client, env } = context;
  const { account, region, signedOut } = await client.call(
    'account.show',
    wish.account === undefined ? {} : { account: wish.account },
  );
  // The program would only find it out later, and tell it in its own words.
  if (signedOut !== undefined) throw nobodySignedIn(signedOut);
  if (!isAwsAccount(account)) return { account, ...(await tokenChange(account, wish, sources)) };
  if (wish.variable !== undefined || wish.bearer !== undefined) throw noToken(account);
  const regions = regionVariables(env, region, wish.region);
  const found =
    sources.openEndpoint === undefined
      ? await sources.credentials(account)
      : {
          ...containerVariables(account, await sources.openEndpoint(account)),
          ...(await withoutDefaultProfile(env, context.platform)),
        };
  return { account, ...change({ ...found, ...regions }, conflictingWithAws(env)) };
}

/**
 * AWS SDKs, container credential provider: the token is sent as it is, with no scheme before it.
 */
function containerVariables(account: Account, { url, token }: Endpoint) {
  return {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/aws/container?account=${inQuery(account)}`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
  };
}

async function tokenChange(
  account: TokenAccount,
  wish: EnvironmentWish,
  { openEndpoint, ...sources }: Sources,
): Promise<EnvironmentChange> {
  const own = account.kind === 'token' ? account : undefined;
  const variable = wish.variable ?? own?.variable;
  const bearer = wish.bearer ?? own?.bearer;
  const names = [
    ...(variable === undefined ? [] : [variable]),
    ...(bearer === undefined ? [] : [bearerVariable(bearer)]),
  ];
  if (names.length === 0 && openEndpoint === undefined) names.push('KEYFOB_TOKEN');
  const token = names.length === 0 ? '' : await sources.token(account);
  const set = Object.fromEntries(names.map((name) => [name, token]));
  if (openEndpoint === undefined) return change(set, conflictingWithToken());
  const endpoint = await openEndpoint(account);
  return change(
    {
      ...set,
      KEYFOB_TOKEN_URL: `${endpoint.url}/v1/token?account=${inQuery(account)}`,
      KEYFOB_TOKEN_AUTHORIZATION: `Bearer ${endpoint.token}`,
    },
    conflictingWithToken(),
  );
}

function noToken({ path }: Account): KeyfobError {
  return new KeyfobError('invalid_input', `${path} is an AWS account: it has no token.`, {
    hint: 'Leave --variable and --bearer out, or name a token: `keyfob accounts` lists them.',
  });
}

function nobodySignedIn(connection: string): KeyfobError {
  return new KeyfobError('sign_in_required', `${connection} is signed out.`, {
    hint: `Run \`keyfob login ${connection}\`.`,
  });
}

/** Slashes may stand as they are (RFC 3986 section 3.4). */
function inQuery(account: Account): string {
  return encodeURIComponent(account.id).replaceAll('%2F', '/');
}

function change(set: Readonly<Record<string, string>>, without: readonly string[]) {
  return { set, unset: without.filter((name) => !Object.hasOwn(set, name)) };
}
