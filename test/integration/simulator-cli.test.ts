import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSimulator } from '../simulator/simulator.ts';
import { type AwsCli, createAwsCli } from '../support/aws-cli.ts';
import { callWithCli, cliKnows } from '../support/cli-driver.ts';
import { createStage } from '../support/oidc-stage.ts';
import type { Scenario } from '../support/scenarios/scenario.ts';
import { oidcScenarios } from '../support/sso-oidc-scenarios.ts';
import { portalScenarios } from '../support/sso-portal-scenarios.ts';

/** The simulator as the AWS CLI sees it: every operation and form that its older model has. */

let cli: AwsCli;
beforeAll(async () => {
  cli = await createAwsCli();
});
afterAll(() => cli.remove());

const expressible: Scenario[] = [];
for (const scenario of [...oidcScenarios, ...portalScenarios]) {
  // The CLI shows no members of exceptions: one reason stands for all.
  if (/KMS_(?!NotFound|AccessDenied)/.test(scenario.name)) continue;
  // Only arranging tells what a scenario sends.
  const simulator = createSimulator(scenario.options);
  await simulator.start();
  const call = await scenario.arrange(createStage(simulator));
  if (cliKnows(scenario.operation, call)) expressible.push(scenario);
  await simulator.stop();
}

test('the CLI can express most scenarios', () => {
  expect(expressible.length).toBeGreaterThan(70);
});

for (const { operation, name, options, arrange, expected } of expressible) {
  test.concurrent(`${operation} ${name}`, async () => {
    const simulator = createSimulator(options);
    await simulator.start();
    try {
      const call = await arrange(createStage(simulator));
      const wanted = 'exception' in expected ? { exception: expected.exception } : expected;
      expect(await callWithCli(cli, simulator, operation, call)).toEqual(wanted);
    } finally {
      await simulator.stop();
    }
  });
}
