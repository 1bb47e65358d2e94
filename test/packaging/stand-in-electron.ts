import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How Electron marks the place of its fuses within its binary. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** Every fuse as the opposite of what is right for most: `1` on, `0` off. */
const wire = '101100010';

/**
 * A folder laid out like an unpacked Electron, with files that do nothing: enough for the packager,
 * which moves them about and flips the fuses. The real one is an extra download.
 */
export async function makeStandInElectron(folder: string): Promise<void> {
  await mkdir(join(folder, 'locales'), { recursive: true });
  await mkdir(join(folder, 'resources'));
  const version = 1;
  const fuses = Buffer.from([version, wire.length, ...Buffer.from(wire)]);
  const program = Buffer.concat([Buffer.from(`stand-in ${sentinel}`), fuses, Buffer.alloc(64)]);
  for (const name of ['electron', 'electron.exe']) {
    await writeFile(join(folder, name), program, { mode: 0o755 });
  }
  for (const name of ['chrome-sandbox', 'resources.pak', 'locales/en-US.pak', 'version']) {
    await writeFile(join(folder, name), 'stand-in');
  }
}
