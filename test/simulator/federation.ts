import { z } from 'zod';
import type { Context } from './context.ts';
import { json, type Reply, type SimRequest } from './http.ts';
import { assumedRoleArn, type IssuedKey, type Keys } from './keys.ts';
import { page } from './pages.ts';
import { escapeText } from './xml.ts';

const sessionSchema = z.object({
  sessionId: z.string(),
  sessionKey: z.string(),
  sessionToken: z.string(),
});

/** As documented: good for this long. */
const lifetimeMs = 15 * 60_000;

/**
 * The console's federation endpoint (IAM User Guide, custom identity broker): credentials become a
 * sign-in token, and the token the console, here a page that says who one is there.
 */
export function createFederation(context: Context, keys: Keys) {
  const tokens = new Map<string, { readonly key: IssuedKey; readonly expiresAt: number }>();

  function getSigninToken({ query }: SimRequest): Reply {
    const session = sessionSchema.safeParse(parse(query.get('Session') ?? ''));
    if (!session.success) return refusal('The Session is malformed.');
    const { sessionId, sessionKey, sessionToken } = session.data;
    const key = keys.find(sessionId);
    const known = key?.secretAccessKey === sessionKey && key.sessionToken === sessionToken;
    if (key === undefined || !known || key.expiresAt <= context.now()) {
      return refusal('The credentials are not valid, or have expired.');
    }
    const token = context.mint.signinToken();
    tokens.set(token, { key, expiresAt: context.now() + lifetimeMs });
    return json(200, { SigninToken: token });
  }

  function login({ query }: SimRequest): Reply {
    const found = tokens.get(query.get('SigninToken') ?? '');
    if (found === undefined || found.expiresAt <= context.now()) {
      return refusal('The SigninToken is not valid, or has expired.');
    }
    const destination = query.get('Destination') ?? '';
    if (!URL.canParse(destination)) return refusal('The Destination is malformed.');
    return page(
      200,
      'AWS console',
      `<dl>
<dt>Signed in as</dt><dd>${escapeText(assumedRoleArn(found.key.principal))}</dd>
<dt>At</dt><dd>${escapeText(destination)}</dd>
</dl>`,
    );
  }

  return {
    handle(request: SimRequest): Reply {
      const action = request.query.get('Action');
      if (action === 'getSigninToken') return getSigninToken(request);
      return action === 'login' ? login(request) : refusal('The Action is not known.');
    },
  };
}

/** What AWS sends is a page for people. */
function refusal(message: string): Reply {
  return page(400, 'Bad request', `<p role="alert">${escapeText(message)}</p>`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
