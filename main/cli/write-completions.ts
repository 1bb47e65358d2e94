import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { completionFiles } from './completion/scripts.ts';
import { programTree } from './program-tree.ts';

/** Entry, for the build: writes what shells complete `keyfob` by into the folder that is named. */

const [folder = '.'] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
for (const [name, text] of Object.entries(completionFiles(programTree()))) {
  await writeFile(join(folder, name), text);
}
