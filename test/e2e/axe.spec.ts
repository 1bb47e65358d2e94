import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';
import { type Stop, tours } from './tours.ts';

/** axe looks at every view and state: light, dark and forced colours, narrow and wide. */

const looks = [
  { colorScheme: 'light', forcedColors: 'none', width: 360 },
  { colorScheme: 'dark', forcedColors: 'none', width: 360 },
  { colorScheme: 'dark', forcedColors: 'active', width: 360 },
  { colorScheme: 'light', forcedColors: 'none', width: 900 },
  { colorScheme: 'dark', forcedColors: 'none', width: 900 },
] as const;

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

for (const [name, tour] of Object.entries(tours)) {
  test(`axe finds nothing: ${name}`, async ({
    app,
    simulator,
    openid,
    addAcme,
    addCorp,
    signIn,
  }) => {
    // Some forty analyses, of seconds each where the machine is slow.
    test.setTimeout(900_000);
    const { page } = app;
    const found: string[] = [];
    // What fades in would be measured half-way.
    await page.emulateMedia({ reducedMotion: 'reduce' });

    async function look({ name: stop, inFront = false }: Stop): Promise<void> {
      for (const { width, colorScheme, forcedColors } of looks) {
        if (inFront && width !== 360) continue;
        await page.emulateMedia({ colorScheme, forcedColors });
        await page.setViewportSize({ width, height: 568 });
        const builder = new AxeBuilder({ page })
          .setLegacyMode()
          .withTags(tags)
          // The library's guards round a menu: they hand the focus on as soon as they get it.
          .exclude('[data-base-ui-focus-guard]');
        // What lies in front is outside of the page's landmarks, as it should be.
        if (inFront) builder.disableRules('region');
        const { violations } = await builder.analyze();
        const how = `${stop}, ${width} px, ${forcedColors === 'active' ? 'forced' : colorScheme}`;
        for (const { id, nodes } of violations) {
          found.push(...nodes.map((node) => `${how}: ${id}: ${node.html.slice(0, 160)}`));
        }
      }
      await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
      await page.setViewportSize({ width: 360, height: 568 });
    }
    await tour({ app, simulator, openid, addAcme, addCorp, signIn }, look);
    expect(found).toEqual([]);
  });
}
