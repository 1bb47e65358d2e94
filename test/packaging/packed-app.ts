import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../support/run-program.ts';
import { makeStandInElectron } from './stand-in-electron.ts';

const root = join(import.meta.dirname, '../..');

/** The app as it lies on a machine that it has been installed on, but for Electron itself. */
export interface PackedApp {
  readonly folder: string;
  /** The app's own program, with its fuses flipped. */
  readonly program: string;
  readonly resources: string;
  /** The command as a program of its own. */
  readonly command: string;
  readonly unpacked: string;
  clear(): Promise<void>;
}

/** Packs what has been built with electron-builder's `dir` target, for Linux. */
export async function packApp(): Promise<PackedApp> {
  // With a space in it, as many a real path has one.
  const scratch = await mkdtemp(join(tmpdir(), 'keyfob pack-'));
  const electron = join(scratch, 'electron');
  await makeStandInElectron(electron);
  const packing = runProgram(
    [
      process.execPath,
      join(root, 'node_modules/electron-builder/cli.js'),
      ...['--linux', 'dir', '--publish', 'never', '--projectDir', root],
      `--config.electronDist=${electron}`,
      `--config.directories.output=${join(scratch, 'out')}`,
    ],
    { ...process.env, ELECTRON_BUILDER_OFFLINE: 'true' },
  );
  const { code, stdout, stderr } = await packing.ended;
  if (code !== 0) throw new Error(`electron-builder ended with ${code}:\n${stdout}${stderr}`);

  const suffix = process.arch === 'x64' ? '' : `-${process.arch}`;
  const folder = join(scratch, 'out', `linux${suffix}-unpacked`);
  const resources = join(folder, 'resources');
  return {
    folder,
    program: join(folder, 'keyfob-desktop'),
    resources,
    command: join(resources, 'bin/keyfob'),
    unpacked: join(resources, 'app.asar.unpacked'),
    clear: () => rm(scratch, { recursive: true, force: true }),
  };
}
