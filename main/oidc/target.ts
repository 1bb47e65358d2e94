import { KeyfobError } from '../../shared/errors.ts';

/** What a token is to be good for. */
export interface TokenTarget {
  readonly scopes?: readonly string[];
  /** As the provider names it; RFC 8693 lets it be repeated. */
  readonly audience?: readonly string[];
  /** Addresses of the services that are to take the token (RFC 8707). */
  readonly resource?: readonly string[];
}

/**
 * The parameters for it. Throws `invalid_input` for a resource that is no absolute URI, or has a
 * fragment (RFC 8707 section 2), and for a scope that would be two.
 */
export function targetParameters({
  scopes = [],
  audience = [],
  resource = [],
}: TokenTarget): (readonly [string, string])[] {
  for (const scope of scopes) {
    // RFC 6749 section 3.3.
    if (!/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)) {
      throw new KeyfobError('invalid_input', 'A scope has characters that no scope can have.', {
        hint: 'Give each scope by itself, without quotes.',
      });
    }
  }
  for (const each of resource) {
    if (!URL.canParse(each) || each.includes('#')) {
      throw new KeyfobError('invalid_input', 'A resource is not an absolute address.', {
        hint: 'Give it with its scheme and without a fragment, for example https://api.example.com.',
      });
    }
  }
  return [
    ...(scopes.length === 0 ? [] : [['scope', scopes.join(' ')] as const]),
    ...audience.map((each) => ['audience', each] as const),
    ...resource.map((each) => ['resource', each] as const),
  ];
}
