import { expect } from 'vitest';
import type { Stage } from '../oidc-stage.ts';
import { injected, kmsReasons, type Outcome, oidcFailure, type Scenario } from './scenario.ts';

const operation = 'StartDeviceAuthorization';

const started: Outcome = {
  result: {
    deviceCode: expect.stringMatching(/^\S{40,}$/),
    userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
    verificationUri: expect.stringMatching(/\/device$/),
    verificationUriComplete: expect.stringMatching(/\/device\?user_code=[A-Z]{4}-[A-Z]{4}$/),
    expiresIn: 600,
    interval: 1,
  },
};

async function full(stage: Stage, changes: object = {}) {
  const { clientId, clientSecret } = await stage.register();
  return { input: { clientId, clientSecret, startUrl: stage.simulator.startUrl, ...changes } };
}

export const startDeviceAuthorization: readonly Scenario[] = [
  { name: 'takes the full request', operation, arrange: full, expected: started },
  {
    name: 'takes the issuer URL as start URL',
    operation,
    arrange: (stage) => full(stage, { startUrl: stage.simulator.issuerUrl }),
    expected: started,
  },
  {
    name: 'does without a client secret where the service allows it',
    operation,
    options: { switches: { deviceSecretRequired: false } },
    async arrange(stage) {
      const { clientId } = await stage.register();
      return { input: { clientId, startUrl: stage.simulator.startUrl } };
    },
    expected: started,
  },
  {
    name: 'asks for the client secret otherwise',
    operation,
    async arrange(stage) {
      const { clientId } = await stage.register();
      return { input: { clientId, startUrl: stage.simulator.startUrl } };
    },
    expected: oidcFailure('InvalidRequestException'),
  },
  {
    name: 'refuses the start URL of another instance',
    operation,
    arrange: (stage) => full(stage, { startUrl: 'https://other.awsapps.com/start' }),
    expected: oidcFailure('InvalidRequestException'),
  },
  {
    name: 'refuses an unknown client',
    operation,
    arrange: (stage) => full(stage, { clientId: 'nobody' }),
    expected: oidcFailure('InvalidClientException'),
  },
  {
    name: 'refuses a wrong secret',
    operation,
    arrange: (stage) => full(stage, { clientSecret: 'wrong' }),
    expected: oidcFailure('InvalidClientException'),
  },
  {
    name: 'refuses an expired registration',
    operation,
    options: { switches: { lifetimes: { registrationSeconds: 60 } } },
    async arrange(stage) {
      const call = await full(stage);
      stage.simulator.advance(60_000);
      return call;
    },
    expected: oidcFailure('InvalidClientException'),
  },
  {
    name: 'refuses a client that registered for other grants',
    operation,
    async arrange(stage) {
      const { clientId, clientSecret } = await stage.registerForCodes();
      return { input: { clientId, clientSecret, startUrl: stage.simulator.startUrl } };
    },
    expected: oidcFailure('UnauthorizedClientException'),
  },
  ...injected(
    operation,
    [
      ...kmsReasons.map((reason) => ['InvalidRequestException', { reason }] as const),
      ['SlowDownException'],
      ['InternalServerException'],
    ],
    full,
  ),
];
