import { KeyfobError } from '../../shared/errors.ts';

/** What would take over whatever runs with it, if it held something else than it should. */
const dangerous = /^(?:PATH|HOME|SHELL|IFS|NODE_OPTIONS|BASH_ENV|ENV|LD_.*|DYLD_.*|KEYFOB_.*)$/i;

/**
 * Checks how tools are to find a token, and what it is for. Throws `invalid_input`, naming the field
 * in `details.field`.
 */
export function checkTokenUse(wish: {
  readonly variable?: string;
  readonly bearer?: string;
  readonly resource?: readonly string[];
  readonly token: 'access' | 'id';
  readonly scopes?: readonly string[];
  readonly audience?: string;
}): void {
  const { variable, bearer, resource = [], audience } = wish;
  if (variable !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    throw invalid(
      'variable',
      'This is no name of an environment variable.',
      'Letters, digits and underscores, as in API_TOKEN.',
    );
  }
  if (variable !== undefined && dangerous.test(variable)) {
    throw invalid(
      'variable',
      `${variable} means something else to programs.`,
      'Choose another name, as in API_TOKEN.',
    );
  }
  if (bearer !== undefined && !/^[a-z][a-z0-9]*(?:[ -][a-z0-9]+)*$/i.test(bearer)) {
    throw invalid(
      'bearer',
      'This is no signing name of an AWS service.',
      'For Amazon Bedrock it is `bedrock`.',
    );
  }
  for (const one of resource) {
    // RFC 8707 section 2: an absolute URI without a fragment.
    if (!URL.canParse(one) || one.includes('#')) {
      throw invalid(
        'resource',
        'A resource is an absolute URI without a fragment.',
        'Write it as in https://api.example.com/v1.',
      );
    }
  }
  if (audience !== undefined && /[\p{Cc}]/u.test(audience)) {
    throw invalid(
      'audience',
      'The audience has control characters in it.',
      'Write it as the API names itself.',
    );
  }
  const special = wish.scopes !== undefined || audience !== undefined || resource.length > 0;
  if (wish.token === 'id' && special) {
    throw invalid(
      'token',
      'An ID token has the scopes and audience of its connection.',
      'Leave scopes, audience and resource out, or ask for an access token.',
    );
  }
}

function invalid(field: string, message: string, hint: string): KeyfobError {
  return new KeyfobError('invalid_input', message, { hint, details: { field } });
}
