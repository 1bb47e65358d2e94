import { join } from 'node:path';
import { getConfig } from 'app-builder-lib/out/util/config/config.js';
import { expect, test } from 'vitest';
import { fuses } from '../../../../main/desktop/fuses.ts';

test('the fuses are those of a hardened app', () => {
  expect(fuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
});

test('packaging flips them', async () => {
  const root = join(import.meta.dirname, '../../../..');
  const { electronFuses } = await getConfig(root, join(root, 'electron-builder.yml'), null);
  expect(electronFuses).toEqual(fuses);
});
