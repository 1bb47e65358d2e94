import { Buffer } from 'node:buffer';
import { customFetch } from 'oauth4webapi';
import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import { type OidcContext, requestOptions, requireSecure } from './context.ts';
import { explained, malformed } from './errors.ts';
import { formEncode } from './form-encode.ts';
import { endpointOf } from './metadata.ts';
import { json, readObject } from './registration-answer.ts';
import { withRefusedRegistration } from './rewording.ts';

/** Client metadata (RFC 7591 section 2, OpenID Connect Registration section 2), any member. */
export type ClientMetadata = Readonly<Record<string, unknown>>;

/** What some providers take for a change of an earlier registration: a member of this name. */
export type RegistrationPolicy = 'keep_client_credentials' | 'no_client_secret';

export interface RegistrationRequest {
  /** Sent as it is: `grant_types: []` is not the same as none. */
  readonly metadata: ClientMetadata;
  /** What the provider's owner handed out to register with. Secret. */
  readonly initialAccessToken?: string;
  /** A signed statement about the software (RFC 7591 section 2.3). */
  readonly softwareStatement?: string;
  readonly policy?: RegistrationPolicy;
  /** For `keep_client_credentials`: the client whose id and secret stay. Secret. */
  readonly keep?: { readonly clientId: string; readonly clientSecret: string };
}

/** A registration, as the provider answered. All of it is secret. */
export interface Registration {
  readonly clientId: string;
  readonly clientSecret?: string;
  /** Epoch milliseconds, the provider's time; absent: never. */
  readonly secretExpiresAt?: number;
  /** Where and with what the registration can be read and changed (RFC 7592). */
  readonly registrationClientUri?: string;
  readonly registrationAccessToken?: string;
  /** The provider's whole answer, the members that we know and those that we don't. */
  readonly answer: ClientMetadata;
}

type Way = Pick<OidcContext, 'server' | 'upstream'>;

const registering = 'the registration';

/**
 * Registers a client (RFC 7591 section 3).
 *
 * Rejects with `invalid_client_metadata`, `invalid_redirect_uri`, `invalid_software_statement`,
 * `unapproved_software_statement`, `invalid_token` (the initial access token), `not_offered`,
 * `response_*`, and the codes of `Upstream.request`.
 */
export async function registerClient(
  way: Way,
  request: RegistrationRequest,
  signal: AbortSignal,
): Promise<Registration> {
  const address = endpointOf(way.server, 'registration_endpoint', registering);
  if (request.policy !== undefined) address.searchParams.set('policy', request.policy);
  const metadata = {
    ...request.metadata,
    ...(request.softwareStatement === undefined
      ? {}
      : { software_statement: request.softwareStatement }),
  };
  const authorization = asking(request);
  const plan = {
    operation: registering,
    method: 'POST',
    address,
    authorization,
    metadata,
  } as const;
  const answer = await withRefusedRegistration(request.initialAccessToken !== undefined, () =>
    send(way, plan, signal),
  );
  return registrationFrom(answer, registering);
}

/** Reads a registration (RFC 7592 section 2.1). The answer may bring a new token: keep it. */
export async function readRegistration(
  way: Way,
  registration: Registration,
  signal: AbortSignal,
): Promise<Registration> {
  const operation = 'the request for the registration';
  const answer = await manage(way, registration, { operation, method: 'GET' }, signal);
  return renewed(registration, answer, operation);
}

/**
 * Changes a registration (RFC 7592 section 2.2): `metadata` replaces the whole of it. The answer
 * may bring a new secret and a new token: store them before anything else.
 */
export async function updateRegistration(
  way: Way,
  registration: Registration,
  metadata: ClientMetadata,
  signal: AbortSignal,
): Promise<Registration> {
  const operation = 'the change of the registration';
  const { clientId, clientSecret } = registration;
  // The secret may be repeated, never chosen.
  const whole = {
    ...withoutManagement(metadata),
    client_id: clientId,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
  };
  const plan = { operation, method: 'PUT', metadata: whole } as const;
  return renewed(registration, await manage(way, registration, plan, signal), operation);
}

/**
 * Ends a registration (RFC 7592 section 2.3). Resolves false where the provider no longer knows it,
 * or its token.
 */
export async function deleteRegistration(
  way: Way,
  registration: Registration,
  signal: AbortSignal,
): Promise<boolean> {
  const operation = 'the end of the registration';
  try {
    await manage(way, registration, { operation, method: 'DELETE' }, signal);
    return true;
  } catch (error) {
    if (isKeyfobError(error, 'not_found', 'unauthorized', 'invalid_token')) return false;
    throw error;
  }
}

/** RFC 7592 section 2.2: what the server keeps track of is not for the client to send. */
function withoutManagement(metadata: ClientMetadata): ClientMetadata {
  const {
    registration_access_token: _token,
    registration_client_uri: _uri,
    client_secret_expires_at: _expires,
    client_id_issued_at: _issued,
    ...rest
  } = metadata;
  return rest;
}

function asking({ initialAccessToken, keep }: RegistrationRequest): string | undefined {
  if (initialAccessToken !== undefined) return `Bearer ${initialAccessToken}`;
  if (keep === undefined) return undefined;
  const pair = `${formEncode(keep.clientId)}:${formEncode(keep.clientSecret)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

async function manage(
  way: Way,
  registration: Registration,
  plan: Pick<Sending, 'operation' | 'method' | 'metadata'>,
  signal: AbortSignal,
): Promise<ClientMetadata> {
  const { registrationClientUri: uri, registrationAccessToken: token } = registration;
  if (uri === undefined || token === undefined) {
    throw new KeyfobError('not_offered', 'The provider does not let clients change themselves.', {
      hint: 'Have the registration changed at the provider, or register a new client.',
      details: { operation: plan.operation },
    });
  }
  const address = new URL(uri);
  return await send(way, { ...plan, address, authorization: `Bearer ${token}` }, signal);
}

interface Sending {
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly address: URL;
  readonly authorization: string | undefined;
  readonly metadata?: ClientMetadata;
}

async function send(way: Way, sending: Sending, signal: AbortSignal): Promise<ClientMetadata> {
  const { operation, method, address, authorization, metadata } = sending;
  requireSecure(address.href);
  // A lost answer may have had a new token in it, so nothing here is done twice.
  const options = requestOptions(way, { operation, signal, attempts: 1 });
  const response = await options[customFetch](address.href, {
    method,
    headers: {
      accept: json,
      ...(authorization === undefined ? {} : { authorization }),
      ...(metadata === undefined ? {} : { 'content-type': json }),
    },
    ...(metadata === undefined ? {} : { body: JSON.stringify(metadata) }),
  });
  return await explained(operation, async () => await readObject(response, operation, method));
}

function registrationFrom(answer: ClientMetadata, operation: string): Registration {
  const text = (name: string): string | undefined => {
    const value = answer[name];
    // Some providers send null, or an empty text, for what there is none of.
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw malformed(operation, `with a ${name} that is no text`);
    return value;
  };
  const clientId = text('client_id');
  if (clientId === undefined) throw malformed(operation, 'without a client_id');
  const clientSecret = text('client_secret');
  const expires = answer.client_secret_expires_at;
  const uri = text('registration_client_uri');
  const token = text('registration_access_token');
  if (uri !== undefined) {
    if (!URL.canParse(uri))
      throw malformed(operation, 'with a registration_client_uri that is none');
    requireSecure(uri);
  }
  return {
    clientId,
    ...(clientSecret === undefined ? {} : { clientSecret }),
    // RFC 7591 section 3.2.1: 0 means never.
    ...(typeof expires === 'number' && expires > 0 ? { secretExpiresAt: expires * 1000 } : {}),
    ...(uri === undefined ? {} : { registrationClientUri: uri }),
    ...(token === undefined ? {} : { registrationAccessToken: token }),
    answer,
  };
}

/** What a management answer leaves out stays as it was. */
function renewed(before: Registration, answer: ClientMetadata, operation: string): Registration {
  const after = registrationFrom(answer, operation);
  if (after.clientId !== before.clientId) {
    throw malformed(operation, 'with the registration of another client');
  }
  const { clientSecret, secretExpiresAt, registrationAccessToken, registrationClientUri } = before;
  return {
    ...(after.clientSecret !== undefined || clientSecret === undefined ? {} : { clientSecret }),
    ...(after.clientSecret !== undefined || secretExpiresAt === undefined
      ? {}
      : { secretExpiresAt }),
    ...(registrationAccessToken === undefined ? {} : { registrationAccessToken }),
    ...(registrationClientUri === undefined ? {} : { registrationClientUri }),
    ...after,
  };
}
