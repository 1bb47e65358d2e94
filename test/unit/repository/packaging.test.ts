import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import { describe, expect, onTestFinished, test } from 'vitest';
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

  test('gives up the sandbox of no AppImage before its kernel is asked', async () => {
    const { toolsets, appImage } = await load();
    expect(toolsets?.appimage).not.toBe('0.0.0');
    expect(toolsets?.appimage).toBeTypeOf('string');
    expect(appImage?.executableArgs).toBeUndefined();
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

test('on Windows, what “Open at login” has set goes with the app, and stays through an update', () => {
  const script = read(installers, 'windows.nsh');
  const last = /\$\{ifNot\} \$\{isUpdated\}\r?\n([\s\S]*?)\$\{endIf\}/.exec(script)?.[1];
  const key = 'Software\\Microsoft\\Windows\\CurrentVersion\\Run';
  expect(last).toContain(`DeleteRegValue HKCU "${key}" "\${APP_ID}"`);
});

describe('the scripts of deb and rpm', () => {
  test("do all that electron-builder's own do", () => {
    expect(read(installers, 'after-install.sh')).toContain(read(templates, 'after-install.tpl'));
    const afterRemove = read(templates, 'after-remove.tpl').replace('#!/bin/bash\n', '');
    expect(read(installers, 'after-remove.sh')).toContain(afterRemove);
  });

  test('link the command by both of its names, and take away no other', () => {
    const names = 'for program in keyfob docker-credential-keyfob; do\n';
    const program = `'/opt/\${sanitizedProductName}/resources/bin/'"$program"`;
    expect(read(installers, 'after-install.sh')).toContain(
      `${names}    ln -sfn ${program} "/usr/bin/$program"\ndone\n`,
    );
    expect(read(installers, 'after-remove.sh')).toContain(
      `${names}    if [ "$(readlink "/usr/bin/$program")" = ${program} ]; then\n`,
    );
  });

  test.runIf(process.platform === 'linux')('leave a command of another origin alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keyfob-scripts-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const part = (script: string) =>
      (/^for program in [\s\S]*?^done$/m.exec(read(installers, script))?.[0] ?? '')
        .replaceAll('${' + 'sanitizedProductName}', 'Keyfob')
        .replaceAll('/usr/bin', bin);
    const run = (script: string) => execFileSync('bash', ['-euc', part(script)]);
    run('after-install.sh');
    const installed = '/opt/Keyfob/resources/bin';
    expect(readlinkSync(join(bin, 'keyfob'))).toBe(`${installed}/keyfob`);
    expect(readlinkSync(join(bin, 'docker-credential-keyfob'))).toBe(
      `${installed}/docker-credential-keyfob`,
    );
    rmSync(join(bin, 'keyfob'));
    symlinkSync('/home/ada/keyfob/dist/keyfob', join(bin, 'keyfob'));
    run('after-remove.sh');
    expect(readdirSync(bin)).toEqual(['keyfob']);
  });
});
