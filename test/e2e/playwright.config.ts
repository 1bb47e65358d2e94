import { defineConfig } from '@playwright/test';
import { chromiumArgs, chromiumPath } from '../support/chromium.ts';
import { electronBinary } from './hosts/found.ts';

/**
 * `npm run e2e`: one suite, two hosts of the window. The double needs a Chromium and always runs;
 * the app itself runs too where an Electron binary is found. Needs `npm run build` first.
 */
export default defineConfig<object, { host: 'double' | 'electron' }>({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/e2e',
  // Long, for machines that are slow and busy: nothing is waited for longer than it takes.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  workers: 1,
  forbidOnly: true,
  reporter: [['list'], ['./tally-reporter.ts']],
  use: {
    launchOptions: { executablePath: chromiumPath(), args: chromiumArgs },
    viewport: { width: 360, height: 568 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'off',
  },
  projects: [
    // Without Electron its own tests are listed here, as skipped.
    { name: 'double', ...(electronBinary === undefined ? {} : { grepInvert: /@electron/ }) },
    ...(electronBinary === undefined
      ? []
      : [
          {
            name: 'electron',
            testIgnore: 'login-command.spec.ts',
            use: { host: 'electron' as const },
          },
        ]),
  ],
});
