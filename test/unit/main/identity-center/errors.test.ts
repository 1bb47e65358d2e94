import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readAnswer } from '../../../../main/identity-center/answers.ts';
import type { ErrorCode, KeyfobError } from '../../../../shared/errors.ts';

const url = 'https://oidc.eu-west-1.amazonaws.com/token?aws_iam=t';
const schema = z.object({ accessToken: z.string(), nested: z.object({ count: z.number() }) });

function read(status: number, text: string, headers: Record<string, string> = {}) {
  const given = new Headers({ 'Content-Type': 'application/json', ...headers });
  const response = { status, headers: given, text };
  return readAnswer({ operation: 'CreateToken', url, response }, schema);
}

function failure(...args: Parameters<typeof read>): KeyfobError {
  try {
    read(...args);
  } catch (error) {
    return error as KeyfobError;
  }
  throw new Error('Expected it to throw.');
}

// API references of SSO OIDC and of the portal: exception, status, code; for the OIDC ones the code is also the body's `error`.
const oidc: [string, number, ErrorCode][] = [
  ['InvalidRequestException', 400, 'invalid_request'],
  ['InvalidClientException', 401, 'invalid_client'],
  ['InvalidClientMetadataException', 400, 'invalid_client_metadata'],
  ['InvalidRedirectUriException', 400, 'invalid_redirect_uri'],
  ['UnsupportedGrantTypeException', 400, 'unsupported_grant_type'],
  ['InvalidScopeException', 400, 'invalid_scope'],
  ['UnauthorizedClientException', 400, 'unauthorized_client'],
  ['InvalidGrantException', 400, 'invalid_grant'],
  ['AuthorizationPendingException', 400, 'authorization_pending'],
  ['SlowDownException', 400, 'slow_down'],
  ['AccessDeniedException', 400, 'access_denied'],
  ['ExpiredTokenException', 400, 'expired_token'],
  ['InternalServerException', 500, 'server_error'],
];
const portal: [string, number, ErrorCode][] = [
  ['UnauthorizedException', 401, 'unauthorized'],
  ['ResourceNotFoundException', 404, 'not_found'],
  ['TooManyRequestsException', 429, 'too_many_requests'],
  ['ForbiddenException', 403, 'forbidden'],
];
const exceptions = [
  ...oidc,
  ...portal,
  ['InvalidRequestRegionException', 400, 'invalid_request_region'] as const,
];

describe.each(exceptions)('%s', (type, status, code) => {
  test.each([
    [
      'the header, as AWS sends it',
      '{"error":"x"}',
      `${type}:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/`,
    ],
    ['the bare header', '', type],
    ['code', JSON.stringify({ code: type }), undefined],
    ['Code', JSON.stringify({ Code: type }), undefined],
    [
      '__type with a namespace',
      JSON.stringify({ __type: `com.amazonaws.sso.oidc#${type}` }),
      undefined,
    ],
    ['__type with commas', JSON.stringify({ __type: `${type},http://x` }), undefined],
  ])('is told by %s', (_, text, header) => {
    const error = failure(status, text, header === undefined ? {} : { 'x-amzn-ErrorType': header });
    expect(error.code).toBe(code);
    expect(error.hint).toMatch(/\w/);
    expect(error.details).toMatchObject({ operation: 'CreateToken', status, awsType: type });
  });
});

describe('the body’s error', () => {
  test.each(oidc)('tells %s where nothing else does', (_, status, code) => {
    expect(failure(status, JSON.stringify({ error: code })).code).toBe(code);
  });

  test('counts last', () => {
    const header = { 'x-amzn-ErrorType': 'SlowDownException' };
    const text = JSON.stringify({
      code: 'AccessDeniedException',
      __type: 'InvalidGrantException',
      error: 'expired_token',
    });
    expect(failure(400, text, header).code).toBe('slow_down');
    expect(failure(400, text).code).toBe('access_denied');
    expect(failure(400, text.replace('code', 'other')).code).toBe('invalid_grant');
  });

  test.each(['BrandNewException', 'constructor', 'toString'])(
    'still tells the kind under a header that nobody knows: %s',
    (type) => {
      const error = failure(400, '{"error":"invalid_grant"}', { 'x-amzn-ErrorType': type });
      expect(error.code).toBe('invalid_grant');
      expect(error.details?.awsType).toBe(type);
    },
  );

  test('about a region is known by the region in it', () => {
    const body = {
      error: 'invalid_request',
      region: 'us-east-1',
      endpoint: 'https://oidc.us-east-1.amazonaws.com/x?y',
    };
    const error = failure(400, JSON.stringify(body));
    expect(error.code).toBe('invalid_request_region');
    expect(error.hint).toContain('us-east-1');
    expect(error.details).toMatchObject({
      region: 'us-east-1',
      endpoint: 'oidc.us-east-1.amazonaws.com',
    });
  });

  test.each([
    'internal',
    'keychain_locked',
    'unauthorized',
    '__proto__',
    'constructor',
    7,
    null,
    {},
  ])('may not claim to be %j', (error) => {
    expect(failure(400, JSON.stringify({ error })).code).toBe('upstream_error');
  });
});

describe('a failing provider never ends a session', () => {
  const text = JSON.stringify({ __type: 'InvalidGrantException', error: 'invalid_grant' });
  const header = { 'x-amzn-ErrorType': 'InvalidGrantException' };

  test.each([500, 502, 503, 504])('with status %i', (status) => {
    expect(failure(status, text, header).code).toBe('server_error');
  });

  test('with status 429', () => {
    expect(failure(429, text, header).code).toBe('too_many_requests');
  });

  test.each([
    'KMS_NotFoundException',
    'KMS_InvalidKeyUsageException',
    'KMS_InvalidStateException',
    'KMS_DisabledException',
  ])('with its key in the state %s, and the hint says who can mend it', (reason) => {
    const error = failure(400, JSON.stringify({ error: 'invalid_request', reason }));
    expect(error.code).toBe('invalid_request');
    expect(error.details?.reason).toBe(reason);
    expect(error.hint).toContain('KMS key');
  });

  test('with its key denied', () => {
    const error = failure(400, '{"error":"access_denied","reason":"KMS_AccessDeniedException"}');
    expect(error.hint).toContain('KMS key');
  });
});

describe('a status without a type', () => {
  test.each([
    [400, 'upstream_error'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [418, 'upstream_error'],
    [304, 'upstream_error'],
  ])('%i is %s', (status, code) => {
    expect(failure(status, '').code).toBe(code);
    expect(failure(status, '{"message":"No access"}').code).toBe(code);
    expect(failure(status, '{"__type":"NewException"}').code).toBe(code);
  });

  test.each([
    [400, 'text/html', 'response_content_type'],
    [403, 'text/html; charset=utf-8', 'response_content_type'],
    [407, '', 'response_content_type'],
    [400, 'application/json', 'response_not_json'],
    [503, 'text/html', 'server_error'],
    [429, 'text/html', 'too_many_requests'],
  ])('%i with a page as %j is %s', (status, type, code) => {
    const error = failure(status, '<html>SECRET</html>', { 'Content-Type': type });
    expect(error.code).toBe(code);
    expect(JSON.stringify(error.toInfo())).not.toContain('SECRET');
  });

  test('the header tells the type whatever the body is', () => {
    const headers = { 'Content-Type': 'text/html', 'x-amzn-ErrorType': 'InvalidGrantException' };
    expect(failure(400, '<html>', headers).code).toBe('invalid_grant');
  });
});

describe('what is shown of a failure', () => {
  test('is what AWS’s support asks for', () => {
    const headers = { 'x-amzn-RequestId': 'b9b1-4c', 'x-amzn-ErrorType': 'InvalidScopeException' };
    const error = failure(400, '{"error":"invalid_scope"}', headers);
    expect(error.message).toBe(
      'AWS said to CreateToken: a scope is not known or not allowed (HTTP 400).',
    );
    expect(error.details).toEqual({
      operation: 'CreateToken',
      host: 'oidc.eu-west-1.amazonaws.com',
      status: 400,
      requestId: 'b9b1-4c',
      awsType: 'InvalidScopeException',
    });
  });

  test('is never a description, nor anything that is no plain name', () => {
    const body = {
      error: 'invalid_grant',
      error_description: 'SECRET',
      message: 'SECRET',
      reason: 'SECRET with spaces',
      region: { a: 'SECRET' },
      endpoint: 'SECRET',
    };
    const headers = { 'x-amzn-RequestId': 'SECRET\u00e9' };
    expect(JSON.stringify(failure(400, JSON.stringify(body), headers).toInfo())).not.toContain(
      'SECRET',
    );
  });
});

describe('a success', () => {
  const good = '{"accessToken":"SECRET","nested":{"count":1},"more":true}';

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/x-amz-json-1.1',
    'application/problem+json',
  ])('as %s is read', (type) => {
    expect(read(200, good, { 'Content-Type': type })).toEqual({
      accessToken: 'SECRET',
      nested: { count: 1 },
    });
  });

  test.each(['text/html', 'text/plain', '', 'application/jsonp', 'nonsense', 'text/json-but-not'])(
    'as %j is refused',
    (type) => {
      const error = failure(200, good, { 'Content-Type': type });
      expect(error.code).toBe('response_content_type');
      expect(error.hint).toContain('proxy');
    },
  );

  test.each(['', '{', '<html>', `${good}x`, '{"accessToken":"SECRET'])(
    'of %j is no JSON',
    (text) => {
      const error = failure(200, text);
      expect(error.code).toBe('response_not_json');
      expect(error.cause).toBeUndefined();
    },
  );

  test.each([
    ['{}', ['accessToken', 'nested']],
    ['null', ['body']],
    ['[]', ['body']],
    ['"SECRET"', ['body']],
    ['{"accessToken":{"SECRET":1},"nested":{"count":"SECRET"}}', ['accessToken', 'nested.count']],
    ['{"__proto__":{"accessToken":"SECRET","nested":{"count":1}}}', ['accessToken', 'nested']],
  ])('of %j lacks %j, by name and not by value', (text, members) => {
    const error = failure(200, text);
    expect(error.code).toBe('response_invalid');
    expect(error.details?.members).toEqual(members);
    expect(JSON.stringify([error.toInfo(), error.cause])).not.toContain('SECRET');
  });
});
