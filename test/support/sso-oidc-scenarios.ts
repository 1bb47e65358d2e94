import { createToken } from './scenarios/create-token.ts';
import { createTokenWithIam } from './scenarios/create-token-with-iam.ts';
import { registerClient } from './scenarios/register-client.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { startDeviceAuthorization } from './scenarios/start-device-authorization.ts';

/**
 * Every operation of SSO-OIDC in every form, and every exception that its model names: as data, so
 * that the AWS SDK, the AWS CLI and our own client can be put through the same.
 */
export const oidcScenarios: readonly Scenario[] = [
  ...registerClient,
  ...startDeviceAuthorization,
  ...createToken,
  ...createTokenWithIam,
];
