import { expect, test } from 'vitest';
import { createSimulator } from '../simulator/simulator.ts';
import { createStage } from '../support/oidc-stage.ts';
import { callWithSdk } from '../support/sdk-driver.ts';
import { oidcScenarios } from '../support/sso-oidc-scenarios.ts';
import { portalScenarios } from '../support/sso-portal-scenarios.ts';

/** The simulator as the AWS SDK for JavaScript sees it: every operation, form and exception. */

for (const { operation, name, options, arrange, expected } of [
  ...oidcScenarios,
  ...portalScenarios,
]) {
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
