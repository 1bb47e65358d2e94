import type { z } from 'zod';
import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import { serviceUrl } from '../identity-center/endpoints.ts';
import { type SigningCredentials, signer } from '../identity-center/sigv4.ts';
import type { Ports } from '../ports.ts';
import { retryDelay } from '../upstream/retry.ts';
import type { ServerClock, Upstream } from '../upstream.ts';
import { pause } from '../waiting.ts';
import {
  type AssumeRoleResult,
  assumeRoleResult,
  type CallerIdentity,
  callerIdentityResult,
  type WebIdentityResult,
  webIdentityResult,
} from './answers.ts';
import { factsOf, type StsExchange, stsFailure, unreadableXml } from './errors.ts';
import {
  type AssumeRoleRequest,
  type AssumeRoleWithWebIdentityRequest,
  assumeRoleForm,
  formOf,
  webIdentityForm,
} from './requests.ts';
import { objectIn, parseXml } from './xml.ts';

/**
 * Three operations of STS, at a region's endpoint. Each rejects with the codes of `stsFailure`,
 * with `response_invalid`, with the codes of Upstream, and with `invalid_region` or
 * `invalid_input` where the endpoint can't be told.
 *
 * Beside what Upstream tries again, so is what STS answers with 400 and yet is passing: throttling,
 * and an identity provider that it could not reach. A signature that was refused because of this
 * machine's clock is made once more by the clock that the answer told.
 */
export interface StsClient {
  assumeRole(
    request: AssumeRoleRequest,
    credentials: SigningCredentials,
    signal: AbortSignal,
  ): Promise<AssumeRoleResult>;
  /** Not signed: the token speaks for itself. */
  assumeRoleWithWebIdentity(
    request: AssumeRoleWithWebIdentityRequest,
    signal: AbortSignal,
  ): Promise<WebIdentityResult>;
  getCallerIdentity(credentials: SigningCredentials, signal: AbortSignal): Promise<CallerIdentity>;
}

export interface StsClientDeps {
  readonly region: string;
  readonly ports: Pick<Ports, 'clock' | 'env' | 'random'>;
  readonly upstream: Upstream;
  readonly serverClock: ServerClock;
  /** Default 3. */
  readonly attempts?: number;
}

interface Operation<T> {
  readonly name: string;
  readonly form: string;
  readonly schema: z.ZodType<T>;
  readonly credentials?: SigningCredentials;
  /** True where a request must not be sent twice. */
  readonly once?: boolean;
}

const contentType = 'application/x-www-form-urlencoded; charset=utf-8';
/** A `Date` header that moves the clock by this much explains a refused signature. */
const clockMovedMs = 60_000;

/** Creates the client for one region. */
export function createStsClient(deps: StsClientDeps): StsClient {
  const { region, ports, upstream, serverClock, attempts = 3 } = deps;
  const { clock, env, random } = ports;

  async function once<T>(operation: Operation<T>, signal: AbortSignal): Promise<T> {
    const url = `${serviceUrl('sts', region, env)}/`;
    const { name, form, schema, credentials } = operation;
    const post = { method: 'POST', url, body: form } as const;
    const response = await upstream.request({
      ...post,
      operation: name,
      headers: { 'content-type': contentType },
      signal,
      ...(operation.once === true ? { attempts: 1 } : {}),
      ...(credentials === undefined
        ? {}
        : { prepare: signer({ ...post, service: 'sts', region, credentials, serverClock }) }),
    });
    return await readResult({ operation: name, url, response }, schema);
  }

  async function call<T>(operation: Operation<T>, signal: AbortSignal): Promise<T> {
    let resigned = false;
    for (let number = 1; ; number++) {
      const offsetBefore = serverClock.now() - clock.now();
      try {
        return await once(operation, signal);
      } catch (error) {
        if (operation.once === true || number >= attempts) throw error;
        const moved = Math.abs(serverClock.now() - clock.now() - offsetBefore) >= clockMovedMs;
        if (!resigned && moved && isKeyfobError(error, 'unauthorized')) {
          resigned = true;
          continue;
        }
        if (!isPassing(error)) throw error;
        await pause(clock, retryDelay({ random, serverClock }, number, null), signal);
      }
    }
  }

  return {
    assumeRole: (request, credentials, signal) =>
      call(
        {
          name: 'AssumeRole',
          form: assumeRoleForm(request),
          schema: assumeRoleResult,
          credentials,
          // An MFA code is good for one use: a second try would only hide why the first failed.
          once: request.tokenCode !== undefined,
        },
        signal,
      ),
    assumeRoleWithWebIdentity: (request, signal) =>
      call(
        {
          name: 'AssumeRoleWithWebIdentity',
          form: webIdentityForm(request),
          schema: webIdentityResult,
        },
        signal,
      ),
    getCallerIdentity: (credentials, signal) =>
      call(
        {
          name: 'GetCallerIdentity',
          form: formOf('GetCallerIdentity', {}),
          schema: callerIdentityResult,
          credentials,
        },
        signal,
      ),
  };
}

/** What STS answers with 400 although another try may do. Upstream has seen to the other statuses. */
function isPassing(error: unknown): boolean {
  if (!isKeyfobError(error, 'idp_communication_error', 'too_many_requests')) return false;
  return error.details?.status === 400;
}

async function readResult<T>(exchange: StsExchange, schema: z.ZodType<T>): Promise<T> {
  const { operation, url, response } = exchange;
  if (response.status < 200 || response.status > 299) throw await stsFailure(exchange);
  const document = await parseXml(response.text);
  const result = objectIn(objectIn(document, `${operation}Response`), `${operation}Result`);
  if (result === undefined) throw unreadableXml(exchange);
  const parsed = schema.safeParse(result);
  if (parsed.success) return parsed.data;
  const members = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))];
  throw new KeyfobError(
    'response_invalid',
    `${new URL(url).host} answered ${operation} without what belongs there: ${members.join(', ')}.`,
    {
      hint: 'Check that AWS itself answers there: AWS_ENDPOINT_URL_STS and proxies can lead elsewhere. If it does, report this.',
      details: { ...factsOf(exchange), members },
    },
  );
}
