import { isoSeconds } from '../accounts/expiration.ts';
import { type PreparedAnswer, prepareJson } from './answers.ts';

/** What of a token is told. */
export interface TokenView {
  readonly token: string;
  readonly tokenType: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly scope?: readonly string[] | undefined;
  readonly issuer: string;
}

// Handed out again and again, as credentials are.
const prepared = new WeakMap<TokenView, PreparedAnswer>();

/** The answer to `GET /v1/token`. */
export function prepareToken(token: TokenView): PreparedAnswer {
  const known = prepared.get(token);
  if (known !== undefined) return known;
  const answer = prepareJson(200, {
    access_token: token.token,
    token_type: token.tokenType,
    expires_at: isoSeconds(token.expiresAt),
    ...(token.scope === undefined ? {} : { scope: token.scope.join(' ') }),
    issuer: token.issuer,
  });
  prepared.set(token, answer);
  return answer;
}
