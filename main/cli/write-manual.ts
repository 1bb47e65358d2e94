import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { manualOfProgram } from './manual-of-program.ts';

/** Entry, for the build: writes the manual page keyfob(1) into the folder that is named. */

const [folder = '.'] = process.argv.slice(2);
// https://reproducible-builds.org/specs/source-date-epoch/
const epoch = process.env.SOURCE_DATE_EPOCH;
const at = epoch === undefined || epoch === '' ? Date.now() : Number(epoch) * 1_000;
const date = new Date(at).toISOString().slice(0, 10);

await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'keyfob.1'), manualOfProgram({ version: manifest.version, date }));
