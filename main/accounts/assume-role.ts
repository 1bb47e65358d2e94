import type { AccountOf, AwsAccount } from '../../shared/account.ts';
import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { AssumeRoleResult } from '../sts/answers.ts';
import type { StsReach } from '../sts/reach.ts';
import { type AssumeRoleRequest, identityCenterContext } from '../sts/requests.ts';
import type { Prompts } from './prompts.ts';
import type { AwsCredentials, ConnectionTokens } from './source.ts';

/** What a role is assumed with. */
export interface AssumeRoleParts {
  readonly sts: StsReach;
  readonly prompts: Pick<Prompts, 'mfaCode'>;
  readonly tokens: ConnectionTokens;
  /** Credentials of the account that signs. */
  credentials(id: string, signal: AbortSignal): Promise<AwsCredentials>;
  /** They were refused although they looked good. */
  refuse(id: string, credentials: AwsCredentials): void;
  /** The identity context of an `iam-token` account. Secret. */
  identityContext(id: string, signal: AbortSignal): Promise<string>;
  /** It was refused although it looked good. */
  refuseContext(id: string): void;
}

/**
 * Assumes a role with another account's credentials. Where those, or the identity context, are
 * refused they are got anew, and the call is made once more.
 *
 * Rejects with the codes of `StsClient`, with `mfa_required`, and with those of the accounts that
 * it is made of.
 */
export async function assumeRole(
  account: AccountOf<'aws-assumed-role'>,
  region: string,
  parts: AssumeRoleParts,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const { sts, prompts } = parts;
  const { source, context, mfaSerial } = account;
  const contexts = async () =>
    context === undefined
      ? {}
      : {
          providedContexts: [
            {
              providerArn: identityCenterContext,
              contextAssertion: await parts.identityContext(context, signal),
            },
          ],
        };
  // Everything that needs nobody first: a code is good for half a minute.
  const credentials = await parts.credentials(source, signal);
  const request: AssumeRoleRequest = {
    ...(await contexts()),
    roleArn: account.roleArn,
    roleSessionName: sessionNameOf(account),
    durationSeconds: account.durationSeconds,
    policy: account.policy,
    policyArns: account.policyArns,
    tags: account.tags,
    transitiveTagKeys: account.transitiveTagKeys,
    externalId: account.externalId,
    sourceIdentity: account.sourceIdentity,
    ...(mfaSerial === undefined
      ? {}
      : {
          serialNumber: mfaSerial,
          tokenCode: await prompts.mfaCode(account, mfaSerial, signal),
        }),
  };
  const { client, now } = sts(region);
  try {
    return lent(account, await client.assumeRole(request, credentials, signal), now());
  } catch (error) {
    if (!isKeyfobError(error, 'unauthorized', 'expired_token')) throw error;
    parts.refuse(source, credentials);
    if (context !== undefined) parts.refuseContext(context);
    const others = await parts.credentials(source, signal);
    const again = { ...request, ...(await contexts()) };
    return lent(account, await client.assumeRole(again, others, signal), now());
  }
}

/** Leaves AWS time to look at a token that it is shown. */
const tokenMarginMs = 60_000;

/**
 * Assumes a role with the ID token of the account's connection. Rejects with the codes of
 * `StsClient` and of `ConnectionTokens`.
 */
export async function assumeRoleWithWebIdentity(
  account: AccountOf<'aws-web-identity'>,
  region: string,
  { sts, tokens }: Pick<AssumeRoleParts, 'sts' | 'tokens'>,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const wish = { kind: 'id', minTtlMs: tokenMarginMs } as const;
  const { token } = await tokens.token(account.connection, wish, signal);
  const { client, now } = sts(region);
  const request = {
    roleArn: account.roleArn,
    roleSessionName: sessionNameOf(account),
    durationSeconds: account.durationSeconds,
    policy: account.policy,
    policyArns: account.policyArns,
    webIdentityToken: token,
  };
  return lent(account, await client.assumeRoleWithWebIdentity(request, signal), now());
}

/** STS: 2 to 64 characters, of those that account names are made of. */
function sessionNameOf(account: AccountOf<'aws-assumed-role' | 'aws-web-identity'>): string {
  return account.sessionName ?? `keyfob-${account.name}`.slice(0, 64);
}

function lent(
  { accountId, path }: AwsAccount,
  { Credentials }: AssumeRoleResult,
  obtainedAt: number,
): AwsCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials;
  if (Expiration <= obtainedAt) {
    throw new KeyfobError(
      'response_invalid',
      `STS gave credentials of ${path} that have expired.`,
      {
        hint: "Check this machine's clock. If it is right, report this.",
        details: { operation: 'AssumeRole' },
      },
    );
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    accountId,
    obtainedAt,
    expiresAt: Expiration,
  };
}
