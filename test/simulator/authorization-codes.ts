import { createHash } from 'node:crypto';
import type { Context } from './context.ts';
import { oidcException } from './exceptions.ts';
import { sameRedirectUri } from './redirect-uris.ts';
import type { Session, Sessions } from './sessions.ts';

/** What `/authorize` bound to a code. */
export interface CodeBinding {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** Base64url of the verifier's SHA-256; absent without PKCE. */
  readonly codeChallenge: string | undefined;
}

export interface AuthorizationCodes {
  issue(binding: CodeBinding): string;
  /** Uses the code up. Throws InvalidGrantException or InvalidRequestException. */
  redeem(input: {
    code: string;
    clientId: string;
    redirectUri: string;
    codeVerifier: string | undefined;
  }): CodeBinding;
  /** Remembers what a code became, to end it should the code come again (RFC 6749 §4.1.2). */
  became(code: string, session: Session): void;
}

interface IssuedCode extends CodeBinding {
  readonly expiresAt: number;
  used: boolean;
  session: Session | undefined;
}

export function createAuthorizationCodes(context: Context, sessions: Sessions): AuthorizationCodes {
  const codes = new Map<string, IssuedCode>();

  return {
    issue(binding) {
      const code = context.mint.authorizationCode();
      const expiresAt = context.now() + context.switches.lifetimes.codeSeconds * 1000;
      codes.set(code, { ...binding, expiresAt, used: false, session: undefined });
      return code;
    },

    redeem({ code, clientId, redirectUri, codeVerifier }) {
      const issued = codes.get(code);
      if (issued?.used) {
        if (issued.session !== undefined) sessions.end(issued.session);
        throw oidcException('InvalidGrantException', 'The authorization code was used before');
      }
      if (issued === undefined || issued.clientId !== clientId) {
        throw oidcException('InvalidGrantException', 'Invalid authorization code provided');
      }
      // A wrong guess costs the code: otherwise the verifier could be tried again and again.
      issued.used = true;
      if (context.now() >= issued.expiresAt) {
        throw oidcException('InvalidGrantException', 'The authorization code has expired');
      }
      if (!sameRedirectUri(issued.redirectUri, redirectUri)) {
        throw oidcException('InvalidGrantException', 'The redirect URI is not the one of the code');
      }
      checkVerifier(issued.codeChallenge, codeVerifier);
      return issued;
    },

    became(code, session) {
      const issued = codes.get(code);
      if (issued !== undefined) issued.session = session;
    },
  };
}

/** RFC 7636 §4.6; a verifier without a challenge is refused too, as RFC 9700 §2.1.1 asks. */
function checkVerifier(challenge: string | undefined, verifier: string | undefined): void {
  if (verifier !== undefined && !/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) {
    throw oidcException('InvalidRequestException', 'codeVerifier is malformed');
  }
  const actual =
    verifier === undefined ? undefined : createHash('sha256').update(verifier).digest('base64url');
  if (actual !== challenge) {
    throw oidcException('InvalidGrantException', 'The code verifier does not match');
  }
}
