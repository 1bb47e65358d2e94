import { expect } from 'vitest';
import { grants } from '../../simulator/context.ts';
import { injected, kmsReasons, type Outcome, oidcFailure, type Scenario } from './scenario.ts';

const operation = 'RegisterClient';
const basics = { clientName: 'keyfob', clientType: 'public' };
const scopes = ['sso:account:access'];

const registered: Outcome = {
  result: {
    clientId: expect.stringMatching(/^[\w-]{20,}$/),
    clientSecret: expect.stringMatching(/^\S{100,}$/),
    clientIdIssuedAt: expect.any(Number),
    clientSecretExpiresAt: expect.any(Number),
  },
};

function when(name: string, changes: object, expected: Outcome): Scenario {
  return { name, operation, arrange: async () => ({ input: { ...basics, ...changes } }), expected };
}

const withApplication = (name: string, changes: object): Scenario => ({
  name,
  operation,
  async arrange({ simulator }) {
    const entitledApplicationArn = simulator.application.arn;
    return { input: { ...basics, entitledApplicationArn, ...changes } };
  },
  expected: registered,
});

export const registerClient: readonly Scenario[] = [
  when('takes a name alone', {}, registered),
  when('takes a name and scopes', { scopes }, registered),
  withApplication('takes a name and an entitled application', {}),
  withApplication('takes a name, scopes and an entitled application', { scopes }),
  {
    name: 'takes the full request, and may name its endpoints',
    operation,
    options: { switches: { registrationEndpoints: true } },
    async arrange({ simulator }) {
      return {
        input: {
          ...basics,
          scopes,
          redirectUris: ['http://127.0.0.1/oauth/callback'],
          grantTypes: [grants.authorizationCode, grants.refreshToken],
          issuerUrl: simulator.issuerUrl,
          entitledApplicationArn: simulator.application.arn,
        },
      };
    },
    expected: {
      result: {
        ...(registered as { result: object }).result,
        authorizationEndpoint: expect.stringMatching(/^http:.*\/authorize$/),
        tokenEndpoint: expect.stringMatching(/^http:.*\/token$/),
      },
    },
  },

  when('refuses an empty name', { clientName: '' }, oidcFailure('InvalidRequestException')),
  when(
    'refuses confidential clients',
    { clientType: 'confidential' },
    oidcFailure('InvalidClientMetadataException'),
  ),
  when(
    'refuses an unknown issuer',
    { issuerUrl: 'https://other.awsapps.com/start' },
    oidcFailure('InvalidClientMetadataException'),
  ),
  when(
    'refuses an unknown application',
    { entitledApplicationArn: 'arn:aws:sso::111111111111:application/ssoins-1/apl-2' },
    oidcFailure('InvalidClientMetadataException'),
  ),
  when(
    'refuses a redirect over plain http to another host',
    { redirectUris: ['http://example.com/callback'] },
    oidcFailure('InvalidRedirectUriException'),
  ),
  when(
    'refuses a redirect URI with a fragment',
    { redirectUris: ['http://127.0.0.1/callback#'] },
    oidcFailure('InvalidRedirectUriException'),
  ),
  when(
    'refuses the code grant without a redirect URI',
    { grantTypes: [grants.authorizationCode] },
    oidcFailure('InvalidRedirectUriException'),
  ),
  when(
    'refuses grants that it does not know',
    { grantTypes: ['urn:ietf:params:oauth:grant-type:device-code'] },
    oidcFailure('UnsupportedGrantTypeException'),
  ),
  when(
    'refuses scopes that it does not know',
    { scopes: ['sso:everything'] },
    oidcFailure('InvalidScopeException'),
  ),
  when(
    'refuses more than 25 scopes',
    { scopes: Array.from({ length: 26 }, () => 'sso:account:access') },
    oidcFailure('InvalidScopeException'),
  ),
  ...(['code', 'type'] as const).map(
    (errorType): Scenario => ({
      ...when(
        `names its exception in the body's ${errorType} where there is no header`,
        { scopes: ['sso:everything'] },
        oidcFailure('InvalidScopeException'),
      ),
      options: { switches: { errorType } },
    }),
  ),
  ...injected(
    operation,
    [
      ...kmsReasons.map((reason) => ['InvalidRequestException', { reason }] as const),
      ['SlowDownException'],
      ['InternalServerException'],
    ],
    async () => ({ input: basics }),
  ),
];
