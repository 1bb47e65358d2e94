import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');

describe('electron-builder.yml', () => {
  const load = () => getConfig(root, join(root, 'electron-builder.yml'), null);
  const validate = (config: Awaited<ReturnType<typeof load>>) =>
    validateConfiguration(config, new DebugLogger(false));

  test("passes electron-builder's own schema", async () => {
    await expect(validate(await load())).resolves.toBeUndefined();
  });

  test('a misspelt key would not pass', async () => {
    const misspelt = { ...(await load()), asarUnpak: ['x'] };
    await expect(validate(misspelt)).rejects.toThrow(/asarUnpak/);
  });

  test('has a target for each of the three systems', async () => {
    const { mac, win, linux } = await load();
    for (const system of [mac, win, linux]) expect(system?.target).not.toHaveLength(0);
  });

  test('the native module is packed, and lies outside of the archive', async () => {
    const { asarUnpack } = await load();
    expect(asarUnpack).toEqual(['node_modules/keytar/**']);
    expect(existsSync(join(root, 'node_modules/keytar/build/Release/keytar.node'))).toBe(true);
  });
});
