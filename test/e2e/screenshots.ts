import { join } from 'node:path';
import { test } from './fixtures.ts';
import { tours } from './tours.ts';

/** `npm run screenshots`: every view and state, light and dark, as popover and as window. */

const folder = join(import.meta.dirname, '../../test-results/screenshots');
const sizes = [
  { width: 360, height: 568 },
  { width: 900, height: 640 },
];

for (const [name, tour] of Object.entries(tours)) {
  test(name, async ({ app, simulator, openid, addAcme, addCorp, signIn }) => {
    test.setTimeout(240_000);
    const { page } = app;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await tour(
      { app, simulator, openid, addAcme, addCorp, signIn },
      async ({ name: stop, inFront = false }) => {
        for (const size of sizes) {
          if (inFront && size.width !== 360) continue;
          await page.setViewportSize(size);
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme });
            await page.screenshot({
              path: join(folder, `${stop}-${size.width}-${colorScheme}.png`),
            });
          }
        }
        await page.setViewportSize({ width: 360, height: 568 });
      },
    );
  });
}
