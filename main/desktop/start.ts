import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findElectron } from './electron-binary.ts';

/** `npm start`: opens the built app where Electron is installed, else runs the headless helper. */

const root = join(import.meta.dirname, '../..');
const { env, platform } = process;
const electron = findElectron(root, env, platform);
const args = process.argv.slice(2);

if (electron === undefined) {
  process.stderr.write(
    [
      'start: no Electron binary is installed, so there is no tray and no window.',
      'start: get it with `npx install-electron`, or name a folder that holds it in',
      'start: ELECTRON_OVERRIDE_DIST_PATH, then run `npm start` again.',
      'start: what runs instead is the headless helper, until Ctrl-C; the command',
      `start: ${join(root, 'dist/keyfob')} speaks to it.`,
      '',
    ].join('\n'),
  );
}

const [program, ...words] =
  electron === undefined
    ? [process.execPath, join(root, 'dist/command/keyfob.cjs'), 'daemon', ...args]
    : [electron, root, ...args];
const child = spawn(program, words, { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`start: ${program} can't be started: ${error.message}\n`);
  process.exitCode = 1;
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
