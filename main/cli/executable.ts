import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';

/**
 * Entry: the `keyfob` command as the installers bring it, a program that has Node within it. It
 * holds this file alone; the bundles lie in the app's resources, where the app's own code is too.
 *
 * It is also the Node of one script, and of no other: the headless helper, which the command
 * starts as `<this program> <the helper's script>`.
 */

const bundles = join(dirname(process.execPath), '../app.asar.unpacked/dist');
const helper = join(bundles, 'helper/daemon.js');
const command = join(bundles, 'command/keyfob.cjs');

if (process.argv[2] === helper) {
  // Node puts the program itself before the arguments, where a script would be.
  process.argv.splice(1, 1);
  // What is embedded in a program can import nothing but what Node brings along; a script can.
  new Script(`import(${JSON.stringify(pathToFileURL(helper).href)})`, {
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext();
} else {
  createRequire(command)(command);
}
