import { KeyfobError } from '../../shared/errors.ts';

/**
 * Reads the parameters of a request target. Rejects with `invalid_input` what is given twice, is
 * empty (as from a variable that is not set: that must not lead to whatever account is active), is
 * not in `allowed`, or is no percent-encoded UTF-8.
 *
 * Tools ask for the same target over and over, so the latest targets are remembered.
 */
export function createQueryReader(allowed: readonly string[]) {
  const seen = new Map<string, ReadonlyMap<string, string>>();

  return (target: string): ReadonlyMap<string, string> => {
    const known = seen.get(target);
    if (known !== undefined) return known;
    const parameters = parse(target, allowed);
    if (seen.size >= 256) seen.clear();
    seen.set(target, parameters);
    return parameters;
  };
}

function parse(target: string, allowed: readonly string[]): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const mark = target.indexOf('?');
  if (mark === -1) return parameters;
  for (const pair of target.slice(mark + 1).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : decode(pair.slice(equals + 1));
    if (!allowed.includes(name)) throw notAllowed(name, allowed);
    if (parameters.has(name)) throw wrong(`Expected \`${name}\` once, got it twice.`);
    if (value.length > maxLength)
      throw wrong(`Expected \`${name}\` to be at most ${maxLength} long.`);
    if (value === '') throw wrong(`\`${name}\` is empty.`);
    parameters.set(name, value);
  }
  return parameters;
}

const maxLength = 512;

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw wrong('Expected the query to be percent-encoded UTF-8.');
  }
}

function notAllowed(name: string, allowed: readonly string[]): KeyfobError {
  return wrong(`\`${name.slice(0, 64)}\` is not a parameter of this route.`, allowed);
}

function wrong(message: string, allowed: readonly string[] = []): KeyfobError {
  const hint =
    allowed.length === 0
      ? 'Encode the value, for one with `curl -G --data-urlencode`.'
      : `Use ${allowed.join(', ')}.`;
  return new KeyfobError('invalid_input', message, { hint });
}
