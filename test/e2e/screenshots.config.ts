import { defineConfig } from '@playwright/test';
import suite from './playwright.config.ts';

/** `npm run screenshots`. Needs `npm run build` first. */
export default defineConfig(suite, {
  testMatch: 'screenshots.ts',
  outputDir: '../../test-results/screenshot-run',
  reporter: 'list',
  projects: [{ name: 'double' }],
});
