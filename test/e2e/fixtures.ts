import { test as base } from '@playwright/test';
import type { Flow } from '../../shared/model.ts';
import { createSimulator, type Simulator, type SimulatorUrls } from '../simulator/simulator.ts';
import { type Double, openDouble } from './hosts/double.ts';

interface Fixtures {
  readonly simulator: Simulator;
  readonly urls: SimulatorUrls;
  /** Keyfob's window, and the helper behind it. */
  readonly app: Double;
  /** Adds the connection `acme`, which leads to the simulator. */
  readonly addAcme: (flow: Flow) => Promise<void>;
}

export const test = base.extend<
  Fixtures & { stage: { simulator: Simulator; urls: SimulatorUrls } }
>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's pattern.
  stage: async ({}, use) => {
    const simulator = createSimulator({ switches: { accounts: 4, rolesPerAccount: 2 } });
    const urls = await simulator.start();
    await use({ simulator, urls });
    await simulator.stop();
  },
  simulator: ({ stage }, use) => use(stage.simulator),
  urls: ({ stage }, use) => use(stage.urls),
  app: async ({ context, simulator }, use) => {
    const app = await openDouble(context, simulator.env());
    await use(app);
    await app.close();
  },
  addAcme: ({ app, simulator }, use) =>
    use(async (flow) => {
      const { startUrl, region } = simulator;
      const settings = { kind: 'identity-center', name: 'acme', startUrl, region, flow } as const;
      await app.helper.client.call('connection.add', settings);
    }),
});

export { expect } from '@playwright/test';
