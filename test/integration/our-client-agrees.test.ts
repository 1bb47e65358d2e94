import { expect, test } from 'vitest';
import { createSimulator } from '../simulator/simulator.ts';
import { createStage } from '../support/oidc-stage.ts';
import { callWithOurs } from '../support/our-driver.ts';
import { oidcScenarios } from '../support/sso-oidc-scenarios.ts';
import { portalScenarios } from '../support/sso-portal-scenarios.ts';

/**
 * Keyfob's own clients, through the same scenarios as the AWS SDK in simulator-sdk.test.ts, with
 * the same results expected. Our portal client always asks for full pages, so the one scenario
 * about another size is not for it.
 */
const scenarios = [...oidcScenarios, ...portalScenarios].filter(
  ({ name }) => name !== 'refuses pages above 100',
);

for (const { operation, name, options, arrange, expected } of scenarios) {
  test(`our ${operation} ${name}`, async () => {
    const simulator = createSimulator(options);
    await simulator.start();
    try {
      const call = await arrange(createStage(simulator));
      expect(await callWithOurs(simulator, operation, call)).toEqual(expected);
    } finally {
      await simulator.stop();
    }
  });
}
