import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import { describe, expect, test } from 'vitest';
import { fuses } from '../../../main/desktop/fuses.ts';

const root = join(import.meta.dirname, '../../..');
const templates = join(root, 'node_modules/app-builder-lib/templates/linux');
const installers = join(root, 'main/desktop/installers');
const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

describe('electron-builder.yml', () => {
  const load = () => getConfig(root, join(root, 'electron-builder.yml'), null);
  const validate = (config: Awaited<ReturnType<typeof load>>) =>
    validateConfiguration(config, new DebugLogger(false));

  test("passes electron-builder's own schema", async () => {
    await expect(validate(await load())).resolves.toBeUndefined();
  });

  test('a misspelt key would not pass, on any of the three systems', async () => {
    const config = await load();
    const misspelt = (part: 'mac' | 'win' | 'linux') => ({
      ...config,
      [part]: { ...config[part], tarket: ['x'] },
    });
    await expect(validate({ ...config, asarUnpak: ['x'] } as never)).rejects.toThrow(/asarUnpak/);
    await expect(validate(misspelt('mac'))).rejects.toThrow(/configuration.mac/);
    await expect(validate(misspelt('win'))).rejects.toThrow(/configuration.win/);
    await expect(validate(misspelt('linux'))).rejects.toThrow(/configuration.linux/);
  });

  test('has the targets that each of the three systems expects', async () => {
    const { mac, win, linux } = await load();
    expect(mac?.target).toEqual(['dmg', 'zip']);
    expect(win?.target).toEqual(['nsis']);
    expect(linux?.target).toEqual(['AppImage', 'deb', 'rpm']);
  });

  test('is strict where a signature is concerned', async () => {
    const { mac, win } = await load();
    expect(mac).toMatchObject({ hardenedRuntime: true, notarize: true });
    expect(win?.verifyUpdateCodeSignature).toBe(true);
  });

  test('names only files that are there', async () => {
    const { mac, win, nsis, linux, deb, rpm } = await load();
    const named = [mac?.icon, mac?.entitlements, mac?.entitlementsInherit, win?.icon, nsis?.include]
      .concat(linux?.icon, deb?.afterInstall, deb?.afterRemove, rpm?.afterInstall, rpm?.afterRemove)
      .concat('main/desktop/installers/path.ps1');
    for (const path of named) {
      expect(path).toBeTypeOf('string');
      expect(existsSync(join(root, path ?? '')), path ?? '').toBe(true);
    }
  });

  test('flips the fuses as the app wants them', async () => {
    expect((await load()).electronFuses).toEqual(fuses);
  });

  test('leaves outside of the archive what no archive can hold', async () => {
    const { asarUnpack } = await load();
    expect(asarUnpack).toEqual(['node_modules/keytar/**', 'dist/helper/**', 'dist/command/**']);
    expect(existsSync(join(root, 'node_modules/keytar/build/Release/keytar.node'))).toBe(true);
  });

  test("the app's program does not take the command's name", async () => {
    expect((await load()).linux?.executableName).not.toBe('keyfob');
  });
});

describe('the scripts of deb and rpm', () => {
  test("do all that electron-builder's own do", () => {
    expect(read(installers, 'after-install.sh')).toContain(read(templates, 'after-install.tpl'));
    const afterRemove = read(templates, 'after-remove.tpl').replace('#!/bin/bash\n', '');
    expect(read(installers, 'after-remove.sh')).toContain(afterRemove);
  });

  test('link the command, and take away no other', () => {
    const program = `'/opt/\${sanitizedProductName}/resources/bin/keyfob'`;
    expect(read(installers, 'after-install.sh')).toContain(`ln -sfn ${program} /usr/bin/keyfob`);
    expect(read(installers, 'after-remove.sh')).toContain(
      `if [ "$(readlink /usr/bin/keyfob)" = ${program} ]; then`,
    );
  });
});
