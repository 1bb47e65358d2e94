import type { AuthorizationCodes } from './authorization-codes.ts';
import { type Context, grants } from './context.ts';
import { formOf, type Reply, redirect, type SimRequest } from './http.ts';
import { consentPage, messagePage } from './pages.ts';
import { sameRedirectUri } from './redirect-uris.ts';
import type { Registrations } from './registrations.ts';

/** Who asks at `/authorize`: a registered client, or the application itself. */
interface Asker {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly mayUseCodes: boolean;
}

interface Parts {
  readonly context: Context;
  readonly registrations: Registrations;
  readonly codes: AuthorizationCodes;
}

/** GET: checks the request and asks; POST: the same parameters and `decision`. */
export function authorize(parts: Parts, request: SimRequest): Reply {
  const input = request.method === 'POST' ? formOf(request) : request.query;
  const { context } = parts;
  const asker = askerOf(parts, input.get('client_id') ?? '');
  if (asker === undefined) {
    return messagePage(400, 'Unknown client', 'client_id is not registered here, or has expired.');
  }
  const redirectUri = input.get('redirect_uri') ?? '';
  if (!asker.redirectUris.some((known) => sameRedirectUri(known, redirectUri))) {
    return messagePage(400, 'Wrong redirect URI', 'redirect_uri is not one the client registered.');
  }
  const back = (answer: Record<string, string>) => {
    const url = new URL(redirectUri);
    const state = input.get('state');
    for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
    if (state !== null) url.searchParams.set('state', state);
    return redirect(url.href);
  };
  const scopes = scopesOf(input);
  const problem = problemOf(context, asker, scopes, input);
  if (problem !== undefined) return back(problem);

  const decision = request.method === 'POST' ? input.get('decision') : context.switches.consent;
  if (decision === 'approve') {
    return back({
      code: parts.codes.issue({
        clientId: asker.clientId,
        redirectUri,
        scopes,
        codeChallenge: input.get('code_challenge') ?? undefined,
      }),
    });
  }
  if (decision === 'deny') {
    return back({ error: 'access_denied', error_description: 'The user denied the request' });
  }
  return consentPage({
    title: 'Allow access?',
    action: '/authorize',
    fields: Object.fromEntries(input),
    facts: { Application: asker.name, Access: scopes.join(', ') || 'your AWS accounts' },
  });
}

function askerOf({ context, registrations }: Parts, clientId: string): Asker | undefined {
  const { application } = context;
  if (clientId === application.arn) {
    const mayUseCodes = application.grantTypes.includes(grants.authorizationCode);
    return { ...application, clientId, name: 'Simulated application', mayUseCodes };
  }
  const client = registrations.find(clientId);
  if (client === undefined || context.now() >= client.expiresAt) return undefined;
  const mayUseCodes = client.grantTypes?.includes(grants.authorizationCode) ?? true;
  return { ...client, name: client.clientName, mayUseCodes };
}

/** Real clients send `scopes` joined by spaces or commas, or the `scope` of RFC 6749. */
function scopesOf(input: URLSearchParams): string[] {
  const text = input.get('scopes') ?? input.get('scope') ?? '';
  return text.split(/[ ,]+/).filter((scope) => scope !== '');
}

/** RFC 6749 §4.1.2.1 and RFC 7636 §4.4.1: what goes back to the client as `error`. */
function problemOf(
  { switches }: Context,
  asker: Asker,
  scopes: readonly string[],
  input: URLSearchParams,
): Record<string, string> | undefined {
  const failure = (error: string, error_description: string) => ({ error, error_description });
  if (input.get('response_type') !== 'code') {
    return failure('unsupported_response_type', 'response_type must be code');
  }
  if (!asker.mayUseCodes) return failure('unauthorized_client', 'The client may not use codes');
  const beyond = scopes.find((scope) => !asker.scopes.includes(scope));
  if (beyond !== undefined) return failure('invalid_scope', `Not registered: ${beyond}`);
  const challenge = input.get('code_challenge');
  if (challenge === null) {
    return switches.pkceRequired
      ? failure('invalid_request', 'code_challenge is required')
      : undefined;
  }
  if (input.get('code_challenge_method') !== 'S256') {
    return failure('invalid_request', 'code_challenge_method must be S256');
  }
  return /^[A-Za-z0-9\-_]{43}$/.test(challenge)
    ? undefined
    : failure('invalid_request', 'code_challenge is malformed');
}
