import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A browser of the Chromium family on this machine; KEYFOB_TEST_CHROMIUM names another. */
export function chromiumPath(): string {
  const named = process.env.KEYFOB_TEST_CHROMIUM;
  if (named !== undefined) return named;
  const found = candidates().find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    'There is no Chromium here. Install one, or name it in KEYFOB_TEST_CHROMIUM (.ci/setup does so on Debian).',
  );
}

function candidates(): string[] {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (process.platform === 'win32') {
    return [process.env.ProgramFiles, process.env['ProgramFiles(x86)'], process.env.LOCALAPPDATA]
      .filter((folder) => folder !== undefined)
      .flatMap((folder) => [
        join(folder, 'Google/Chrome/Application/chrome.exe'),
        join(folder, 'Microsoft/Edge/Application/msedge.exe'),
      ]);
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  return ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
}

/** For a browser that talks to nobody but us, in a container too. */
export const chromiumArgs = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
