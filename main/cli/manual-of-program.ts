import { pathToFileURL } from 'node:url';
import type { CliContext } from './context.ts';
import { type ManualFacts, manualPage } from './manual.ts';
import { createProgram } from './program.ts';
import { createStyle } from './text/style.ts';
import { commandTree } from './tree.ts';

/** The manual page of the program as it stands; nothing of it runs. */
export function manualOfProgram(facts: ManualFacts): string {
  return manualPage(commandTree(createProgram(nowhere(), { exitCode: undefined }, [])), facts);
}

/** What commands are declared with, where none of them is going to run. */
function nowhere(): CliContext {
  const never = () => {
    throw new Error('No command runs while the manual is made.');
  };
  return {
    env: {},
    platform: 'linux',
    places: { state: '/', log: '/', socket: '/' },
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
