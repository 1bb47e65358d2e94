import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { targetParameters } from '../../../../main/oidc/target.ts';
import { tokenTypeUri } from '../../../../main/oidc/token-exchange.ts';

const invalid = expect.objectContaining({ code: 'invalid_input', hint: expect.any(String) });

test('scopes go together, audiences and resources each by itself', () => {
  const target = {
    scopes: ['openid', 'read'],
    audience: ['one', 'two'],
    resource: ['https://api.example/a', 'urn:example:b'],
  };
  expect(targetParameters(target)).toEqual([
    ['scope', 'openid read'],
    ['audience', 'one'],
    ['audience', 'two'],
    ['resource', 'https://api.example/a'],
    ['resource', 'urn:example:b'],
  ]);
});

test('nothing is sent for what is not wanted', () => {
  expect(targetParameters({})).toEqual([]);
  expect(targetParameters({ scopes: [], audience: [], resource: [] })).toEqual([]);
});

test.each(['a b', 'a"b', 'a\\b', '', 'ä', 'a\n', '\u0000'])('%j is no scope', (scope) => {
  expect(() => targetParameters({ scopes: ['openid', scope] })).toThrow(invalid);
});

test('a scope never becomes two, whatever it is', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 }), (scopes) => {
      try {
        const [[, sent = ''] = []] = targetParameters({ scopes });
        expect(sent.split(' ')).toEqual(scopes);
      } catch (error) {
        expect(error).toEqual(invalid);
      }
    }),
    { seed: 42 },
  );
});

test.each(['api', '/path', '', '//host', 'https://api.example/#part', 'https://'])(
  '%j is no resource',
  (resource) => {
    expect(() => targetParameters({ resource: [resource] })).toThrow(invalid);
  },
);

test.each([
  ['access_token', 'urn:ietf:params:oauth:token-type:access_token'],
  ['saml2', 'urn:ietf:params:oauth:token-type:saml2'],
  ['urn:example:own', 'urn:example:own'],
  ['https://op.example/type', 'https://op.example/type'],
])('the token type %s is %s', (type, uri) => {
  expect(tokenTypeUri(type)).toBe(uri);
});

test.each(['', 'token', 'access token', 'urn:a b', ':x', '1:x'])('%j is no token type', (type) => {
  expect(() => tokenTypeUri(type)).toThrow(invalid);
});
