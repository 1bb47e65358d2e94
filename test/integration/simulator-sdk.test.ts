import { expect, test } from 'vitest';
import { createSimulator } from '../simulator/simulator.ts';
import { createStage } from '../support/oidc-stage.ts';
import type { Scenario } from '../support/scenarios/scenario.ts';
import { callWithSdk } from '../support/sdk-driver.ts';
import { oidcScenarios } from '../support/sso-oidc-scenarios.ts';
import { portalScenarios } from '../support/sso-portal-scenarios.ts';

/** The simulator as the AWS SDK for JavaScript sees it: every operation, form and exception. */

const scenarios = [...oidcScenarios, ...portalScenarios];

const everywhere = ['InvalidRequestException', 'SlowDownException', 'InternalServerException'];
const forTokens = [
  ...everywhere,
  'InvalidClientException',
  'InvalidGrantException',
  'InvalidScopeException',
  'UnauthorizedClientException',
  'UnsupportedGrantTypeException',
  'AuthorizationPendingException',
  'AccessDeniedException',
  'ExpiredTokenException',
];
const forPortal = ['InvalidRequestException', 'UnauthorizedException', 'TooManyRequestsException'];

/** What the service models name for each operation (API 2019-06-10). */
const modelled: Record<Scenario['operation'], readonly string[]> = {
  RegisterClient: [
    ...everywhere,
    'InvalidClientMetadataException',
    'InvalidRedirectUriException',
    'InvalidScopeException',
    'UnsupportedGrantTypeException',
  ],
  StartDeviceAuthorization: [
    ...everywhere,
    'InvalidClientException',
    'UnauthorizedClientException',
  ],
  CreateToken: forTokens,
  CreateTokenWithIAM: [...forTokens, 'InvalidRequestRegionException'],
  ListAccounts: [...forPortal, 'ResourceNotFoundException'],
  ListAccountRoles: [...forPortal, 'ResourceNotFoundException'],
  GetRoleCredentials: [...forPortal, 'ResourceNotFoundException'],
  Logout: forPortal,
};

test.each(Object.entries(modelled))('%s has a scenario for each exception', (operation, names) => {
  const covered = scenarios.flatMap((scenario) =>
    scenario.operation === operation && 'exception' in scenario.expected
      ? [scenario.expected.exception]
      : [],
  );
  expect(covered).toEqual(expect.arrayContaining([...names]));
});

for (const { operation, name, options, arrange, expected } of scenarios) {
  test(`${operation} ${name}`, async () => {
    const simulator = createSimulator(options);
    await simulator.start();
    try {
      const call = await arrange(createStage(simulator));
      expect(await callWithSdk(simulator, operation, call)).toEqual(expected);
    } finally {
      await simulator.stop();
    }
  });
}
