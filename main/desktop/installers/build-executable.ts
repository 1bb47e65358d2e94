import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'postject';

/**
 * Makes `dist/bin/keyfob`, the command with the Node that runs this very script within it, for this
 * system and processor: `npm run executable`, after the bundles have been built. Beside it goes the
 * name that Docker calls it by.
 *
 * @see https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html
 */

const run = promisify(execFile);
const { execPath, platform } = process;
const dist = join(import.meta.dirname, '../../../dist');
const bin = join(dist, 'bin');
const program = join(bin, platform === 'win32' ? 'keyfob.exe' : 'keyfob');
const forDocker = `docker-credential-keyfob${platform === 'win32' ? '.cmd' : ''}`;
const recipe = join(dist, 'executable/recipe.json');
const blob = join(dist, 'executable/keyfob.blob');

await mkdir(bin, { recursive: true });
await writeFile(
  recipe,
  JSON.stringify({
    main: join(dist, 'executable/executable.cjs'),
    output: blob,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    // Options meant for somebody's own programs are not for this one.
    execArgvExtension: 'none',
  }),
);
await run(execPath, ['--experimental-sea-config', recipe]);
await copyFile(execPath, program);
await chmod(program, 0o755);
await copyFile(join(dist, forDocker), join(bin, forDocker));
await chmod(join(bin, forDocker), 0o755);
// What Node's licence asks for: it goes along with Node, and names what Node is made of.
const [license] = globSync('node_modules/node/node_modules/node-*/LICENSE', {
  cwd: join(dist, '..'),
});
if (license === undefined) throw new Error("Expected Node's licence beside the npm package node.");
await copyFile(join(dist, '..', license), join(dist, 'executable/node-license.txt'));
// A signature would no longer fit. The packager puts ours on, with everything else in the app.
if (platform === 'darwin') await run('codesign', ['--remove-signature', program]);
await inject(program, 'NODE_SEA_BLOB', await readFile(blob), {
  // The name is fixed by Node.
  sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
  ...(platform === 'darwin' ? { machoSegmentName: 'NODE_SEA' } : {}),
});
// Apple's processors run nothing that has no signature at all.
if (platform === 'darwin') await run('codesign', ['--sign', '-', program]);
