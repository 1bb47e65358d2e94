import { pathToFileURL } from 'node:url';
import type { CliContext } from './context.ts';
import { createProgram } from './program.ts';
import { createStyle } from './text/style.ts';
import { type CommandNode, commandTree } from './tree.ts';

/** Every command of the program as it stands; nothing of it runs. */
export function programTree(): CommandNode {
  return commandTree(createProgram(nowhere(), { exitCode: undefined }, []));
}

/** What commands are declared with, where none of them is going to run. */
function nowhere(): CliContext {
  const never = () => {
    throw new Error('No command runs while they are looked at.');
  };
  return {
    env: {},
    platform: 'linux',
    places: { state: '/', log: '/', socket: '/' },
    shell: never,
    entry: pathToFileURL('/').href,
    out: never,
    err: never,
    style: createStyle(false),
    errStyle: createStyle(false),
    columns: 80,
    interactive: false,
    now: () => 0,
    pause: never,
    confirm: never,
    readLine: never,
    inspect: never,
    secretInput: { ask: never, line: never, file: never },
    connect: never,
    runChild: never,
    becomeHelper: never,
    onInterrupt: never,
  };
}
