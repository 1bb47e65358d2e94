import * as sts from '@aws-sdk/client-sts';
import { createFetch } from '../../main/platform/fetch.ts';
import { createStsClient } from '../../main/sts/sts-client.ts';
import { createServerClock, createUpstream } from '../../main/upstream.ts';
import { isKeyfobError } from '../../shared/errors.ts';
import type { IssuedKey } from '../simulator/keys.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { createFakePorts } from './fake-ports.ts';

/** A call of STS, by the names of the service model. */
export interface StsCall {
  readonly operation: 'AssumeRole' | 'AssumeRoleWithWebIdentity' | 'GetCallerIdentity';
  readonly input: sts.AssumeRoleCommandInput & Partial<sts.AssumeRoleWithWebIdentityCommandInput>;
  /** Absent: not signed. */
  readonly keys?: IssuedKey;
}

/** What came of it: an ARN, and who that is by the keys that were given; or the wire's code. */
export type StsOutcome =
  | { readonly arn: string; readonly keys?: IssuedKey }
  | { readonly exception: string; readonly status: number };

const region = 'eu-west-1';

/** The call by the AWS SDK for JavaScript, once. */
export async function stsWithSdk(simulator: Simulator, call: StsCall): Promise<StsOutcome> {
  const { operation, input, keys } = call;
  const client = new sts.STS({
    region,
    endpoint: simulator.env().AWS_ENDPOINT_URL_STS,
    maxAttempts: 1,
    credentials: keys ?? (() => Promise.reject(new Error('This call is not signed.'))),
  });
  try {
    if (operation === 'GetCallerIdentity') {
      return { arn: (await client.getCallerIdentity({})).Arn ?? '' };
    }
    const answer =
      operation === 'AssumeRole'
        ? await client.assumeRole(input)
        : await client.assumeRoleWithWebIdentity(
            input as sts.AssumeRoleWithWebIdentityCommandInput,
          );
    return given(simulator, answer.AssumedRoleUser?.Arn, answer.Credentials?.AccessKeyId);
  } catch (error) {
    if (!(error instanceof sts.STSServiceException)) throw error;
    const exception = wireCodes[error.name] ?? error.name;
    return { exception, status: error.$metadata.httpStatusCode ?? 0 };
  }
}

/** The SDK names some exceptions otherwise than the wire does. */
const wireCodes: Readonly<Record<string, string>> = {
  MalformedPolicyDocumentException: 'MalformedPolicyDocument',
  PackedPolicyTooLargeException: 'PackedPolicyTooLarge',
  IDPRejectedClaimException: 'IDPRejectedClaim',
  IDPCommunicationErrorException: 'IDPCommunicationError',
  InvalidIdentityTokenException: 'InvalidIdentityToken',
};

/** The call by Keyfob's own client, once. */
export async function stsWithOurs(simulator: Simulator, call: StsCall): Promise<StsOutcome> {
  const { operation, input, keys } = call;
  const { log, random } = createFakePorts();
  const clock = { now: Date.now, after: () => () => undefined };
  const serverClock = createServerClock(clock);
  const upstream = createUpstream({
    fetch: createFetch({ env: {} }),
    clock,
    random,
    log,
    serverClock,
    attempts: 1,
  });
  const ports = { clock, random, env: simulator.env() };
  const client = createStsClient({ region, ports, upstream, serverClock, attempts: 1 });
  const { signal } = new AbortController();
  const common = {
    roleArn: input.RoleArn ?? '',
    roleSessionName: input.RoleSessionName ?? '',
    durationSeconds: input.DurationSeconds,
    policy: input.Policy,
    policyArns: input.PolicyArns?.map(({ arn }) => arn ?? ''),
  };
  try {
    if (operation === 'GetCallerIdentity') {
      return { arn: (await client.getCallerIdentity(signing(keys), signal)).Arn };
    }
    const answer =
      operation === 'AssumeRole'
        ? await client.assumeRole(
            {
              ...common,
              tags: input.Tags?.map(({ Key, Value }) => ({ key: Key ?? '', value: Value ?? '' })),
              transitiveTagKeys: input.TransitiveTagKeys,
              externalId: input.ExternalId,
              serialNumber: input.SerialNumber,
              tokenCode: input.TokenCode,
              sourceIdentity: input.SourceIdentity,
              providedContexts: input.ProvidedContexts?.map((one) => ({
                providerArn: one.ProviderArn ?? '',
                contextAssertion: one.ContextAssertion ?? '',
              })),
            },
            signing(keys),
            signal,
          )
        : await client.assumeRoleWithWebIdentity(
            { ...common, webIdentityToken: input.WebIdentityToken ?? '' },
            signal,
          );
    return given(simulator, answer.AssumedRoleUser?.Arn, answer.Credentials.AccessKeyId);
  } catch (error) {
    if (!isKeyfobError(error)) throw error;
    const { awsType, status } = error.details ?? {};
    return { exception: String(awsType), status: Number(status) };
  }
}

function signing(keys: IssuedKey | undefined): IssuedKey {
  if (keys === undefined) throw new Error('This call needs keys.');
  return keys;
}

function given(simulator: Simulator, arn = '', accessKeyId = ''): StsOutcome {
  const keys = simulator.keysOf(accessKeyId);
  return keys === undefined ? { arn } : { arn, keys };
}
