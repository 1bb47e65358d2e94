/**
 * The second line of defence for logs: no caller should pass a secret, and here what looks like
 * one is dropped all the same.
 */

const secretKey =
  /token|secret|password|passphrase|authorization|cookie|credential|assertion|verifier|devicecode|device_code|privatekey|private_key|apikey|api_key/i;

/**
 * Values that are secrets whatever they are called: JWTs, bearer headers, AWS session tokens,
 * grants' tokens, and what addresses and forms carry.
 */
const secretValue = new RegExp(
  [
    /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+/,
    /\b(?:Bearer|DPoP)\s+\S+/,
    /\bBasic\s+[A-Za-z0-9+/=]{8,}/,
    /[A-Za-z0-9+/_-]{120,}={0,2}/,
    /\bkeyfob_[A-Za-z0-9_-]{40,}/,
    /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
    /\b(?:code|device_code|code_verifier|(?:client_)?assertion|client_secret|otp|password)=[^&\s"']+/,
    /\b(?:\w*token(?:_hint)?|X-Amz-(?:Signature|Security-Token))=[^&\s"']+/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

const redacted = '[redacted]';
const maxText = 2_000;
const maxDepth = 6;

/** A copy that can be logged: secrets replaced, errors without their text, long strings cut. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'function' || typeof value === 'symbol' ? undefined : value;
  }
  if (depth >= maxDepth) return '[deeper]';
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.slice(0, 100).map((one) => redact(one, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) {
    copy[key] = isSecret(key, one) ? redacted : redact(one, depth + 1);
  }
  return copy;
}

/** Numbers and flags under such names tell how many, how long or whether: they may stay. */
function isSecret(key: string, value: unknown): boolean {
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return false;
  return secretKey.test(key);
}

function redactText(text: string): string {
  const clean = text.slice(0, maxText).replace(secretValue, redacted);
  return text.length > maxText ? `${clean}…` : clean;
}

/**
 * Name, code and place. The text only of our own errors, which are known to hold no secret; who
 * knows what another's holds.
 */
function redactError(error: Error, depth: number): unknown {
  const own = error.name === 'KeyfobError';
  const places = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return {
    name: error.name,
    ...('code' in error ? { code: redact(error.code, depth + 1) } : {}),
    ...(own ? { message: redactText(error.message) } : {}),
    ...('details' in error ? { details: redact(error.details, depth + 1) } : {}),
    ...(own ? {} : { at: places.slice(0, 8).map((line) => line.trim()) }),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}
