import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { headerOf, type SimRequest } from './http.ts';
import type { IssuedKey, Keys } from './keys.ts';

/** Why a signature was refused; each service has its own names for these. */
export type SignatureProblem =
  | 'missing'
  | 'incomplete'
  | 'unknown_key'
  | 'bad_token'
  | 'expired_key'
  | 'mismatch';

export class SignatureRefused extends Error {
  readonly problem: SignatureProblem;

  constructor(problem: SignatureProblem, message: string) {
    super(message);
    this.name = 'SignatureRefused';
    this.problem = problem;
  }
}

export interface Signer {
  readonly key: IssuedKey;
  /** The region of the credential scope. */
  readonly region: string;
}

const allowedSkewMs = 5 * 60_000;

/**
 * Verifies Signature Version 4 with the key that the request names. Which headers were signed is
 * read from SignedHeaders, since clients differ; host, the date and the token must be among them.
 */
export function verifySignature(
  request: SimRequest,
  options: { service: string; keys: Keys; now: number },
): Signer {
  const { credential, signedHeaders, signature } = parseAuthorization(request);
  const [accessKeyId = '', day = '', region = '', service = '', end = ''] = credential.split('/');
  const key = options.keys.find(accessKeyId);
  if (key === undefined) {
    throw new SignatureRefused(
      'unknown_key',
      'The security token included in the request is invalid.',
    );
  }
  const token = headerOf(request, 'x-amz-security-token');
  if (token !== key.sessionToken) {
    throw new SignatureRefused(
      'bad_token',
      'The security token included in the request is invalid.',
    );
  }
  const date = headerOf(request, 'x-amz-date') ?? '';
  const needed = ['host', 'x-amz-date', ...(token === undefined ? [] : ['x-amz-security-token'])];
  const unsigned = needed.find((name) => !signedHeaders.includes(name));
  if (unsigned !== undefined) mismatch(`'${unsigned}' must be a signed header.`);
  if (service !== options.service) {
    mismatch(`Credential should be scoped to correct service: '${options.service}'.`);
  }
  if (end !== 'aws4_request') mismatch("Credential should be scoped with 'aws4_request'.");
  if (!date.startsWith(day) || day === '') mismatch('Date in Credential scope does not match.');
  checkTime(date, options.now);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const hash = checkedBodyHash(request);
  const canonical = canonicalRequest(request, signedHeaders, hash);
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const expected = hmac(signingKey(key.secretAccessKey, day, region, service), text);
  const actual = Buffer.from(signature, 'hex');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
    mismatch('The request signature we calculated does not match the signature you provided.');
  }
  // Only who can sign learns that the key has expired.
  if (options.now >= key.expiresAt) {
    throw new SignatureRefused(
      'expired_key',
      'The security token included in the request is expired',
    );
  }
  return { key, region };
}

/**
 * Verifies a presigned address: the signature is in the query, and covers everything else of it
 * and the headers that it names.
 */
export function verifyPresigned(
  request: SimRequest,
  options: { service: string; keys: Keys; now: number },
): Signer {
  const { query } = request;
  const part = (name: string) => query.get(`X-Amz-${name}`) ?? '';
  if (part('Algorithm') !== 'AWS4-HMAC-SHA256' || part('Signature') === '') {
    throw new SignatureRefused('missing', 'Request is missing Authentication Token');
  }
  const [accessKeyId = '', day = '', region = '', service = ''] = part('Credential').split('/');
  const key = options.keys.find(accessKeyId);
  if (key === undefined || part('Security-Token') !== key.sessionToken) {
    throw new SignatureRefused(
      'bad_token',
      'The security token included in the request is invalid.',
    );
  }
  if (service !== options.service) mismatch('Credential is scoped to another service.');
  const signedHeaders = part('SignedHeaders').split(';');
  if (!signedHeaders.includes('host')) mismatch("'host' must be a signed header.");
  const at = timeOf(part('Date'));
  const expires = Number(part('Expires'));
  if (!(expires > 0) || options.now > at + expires * 1000 || at - options.now > allowedSkewMs) {
    mismatch('Signature expired.');
  }
  const scope = `${day}/${region}/${service}/aws4_request`;
  const unsigned = new URLSearchParams(query);
  unsigned.delete('X-Amz-Signature');
  const canonical = canonicalRequest({ ...request, query: unsigned }, signedHeaders, sha256(''));
  const text = ['AWS4-HMAC-SHA256', part('Date'), scope, sha256(canonical)].join('\n');
  const expected = hmac(signingKey(key.secretAccessKey, day, region, service), text);
  if (expected.toString('hex') !== part('Signature')) {
    mismatch('The request signature we calculated does not match the signature you provided.');
  }
  if (options.now >= key.expiresAt) {
    throw new SignatureRefused(
      'expired_key',
      'The security token included in the request is expired',
    );
  }
  return { key, region };
}

function mismatch(message: string): never {
  throw new SignatureRefused('mismatch', message);
}

function parseAuthorization(request: SimRequest) {
  const header = headerOf(request, 'authorization');
  if (header === undefined) {
    throw new SignatureRefused('missing', 'Request is missing Authentication Token');
  }
  const [algorithm, rest = ''] = header.split(/ (.*)/s);
  const parts = new Map(
    rest.split(',').map((part): [string, string] => {
      const [name = '', value = ''] = part.trim().split(/=(.*)/s);
      return [name, value];
    }),
  );
  const credential = parts.get('Credential');
  const signedHeaders = parts.get('SignedHeaders')?.split(';');
  const signature = parts.get('Signature');
  if (
    algorithm !== 'AWS4-HMAC-SHA256' ||
    credential?.split('/').length !== 5 ||
    signedHeaders === undefined ||
    signature === undefined
  ) {
    throw new SignatureRefused('incomplete', 'Authorization header is incomplete.');
  }
  return { credential, signedHeaders, signature };
}

function checkTime(date: string, now: number): void {
  const at = timeOf(date);
  if (now - at > allowedSkewMs) mismatch(`Signature expired: ${date} is too old.`);
  if (at - now > allowedSkewMs) mismatch(`Signature not yet current: ${date} is in the future.`);
}

function timeOf(date: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (match === null) throw new SignatureRefused('incomplete', 'X-Amz-Date is malformed.');
  const [, year, month, day, hour, minute, second] = match.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

function checkedBodyHash(request: SimRequest): string {
  const hash = sha256(request.body);
  const claimed = headerOf(request, 'x-amz-content-sha256');
  if (claimed !== undefined && claimed !== hash) {
    mismatch('The provided x-amz-content-sha256 header does not match what was computed.');
  }
  return hash;
}

function canonicalRequest(
  request: SimRequest,
  signedHeaders: readonly string[],
  bodyHash: string,
): string {
  const path = request.path.split('/').map(encode).join('/');
  const query = [...request.query.entries()]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = signedHeaders.map((name) => `${name}:${signedValue(request, name)}\n`).join('');
  return [request.method, path, query, headers, signedHeaders.join(';'), bodyHash].join('\n');
}

function signedValue(request: SimRequest, name: string): string {
  const values: string[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    if (request.rawHeaders[index]?.toLowerCase() !== name) continue;
    values.push((request.rawHeaders[index + 1] ?? '').trim().replaceAll(/ +/g, ' '));
  }
  return values.join(',');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** RFC 3986: all but the unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function signingKey(secret: string, day: string, region: string, service: string): Buffer {
  return [day, region, service, 'aws4_request'].reduce<Buffer>(
    (key, part) => hmac(key, part),
    Buffer.from(`AWS4${secret}`),
  );
}
