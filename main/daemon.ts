// First, before anything fills the heap.
import './platform/small-heap.ts';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { asKeyfobError, KeyfobError } from '../shared/errors.ts';
import { resolvePlaces } from '../shared/places.ts';
import { version } from '../shared/version.ts';
import { entryBeside } from './cli/daemon-script.ts';
import { ownCommand } from './cli/own-command.ts';
import { placeOf } from './endpoint/failures.ts';
import { loadCommands } from './endpoint/router.ts';
import { createHelper, type Helper } from './helper.ts';
import { takeHandedOver } from './platform/handed-over.ts';
import { createNodePorts, type NodePorts } from './platform/node-ports.ts';
import { letHeapGrow } from './platform/small-heap.ts';

/**
 * Entry: the headless helper. Prints one JSON line when it is ready, and what kept it from getting
 * there on stderr. `--replace` takes the place of a helper that runs already.
 */

/** How long a keychain may take to store what is under way when the helper stops. */
const stopWithinMs = 60_000;

/** By then the catalogue has been read. */
const settledAfterMs = 2_000;

// Whatever is created, also by a library, is for its owner alone.
process.umask(0o077);
// Node would open its debugger to every local user.
process.on('SIGUSR1', () => {});
// Options meant for somebody's own program must not reach the browser or whatever else is started.
delete process.env.NODE_OPTIONS;
// A reader that has gone is no reason to end.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

await run(process.argv.slice(2)).catch((error: unknown) => {
  const { message, hint } = asKeyfobError(error);
  process.stderr.write(`keyfob: ${message}\n${hint === undefined ? '' : `  ${hint}\n`}`);
  process.exitCode = 1;
});

async function run(args: readonly string[]): Promise<void> {
  const unknown = args.find((arg) => arg !== '--replace');
  if (unknown !== undefined) {
    throw new KeyfobError('invalid_input', `Expected --replace or nothing, got ${unknown}.`, {
      hint: 'Run `keyfob daemon --help`.',
    });
  }
  const { env, platform } = process;
  const found = resolvePlaces(env, platform, homedir());
  const places = {
    state: resolve(found.state),
    log: resolve(found.log),
    socket: platform === 'win32' ? found.socket : resolve(found.socket),
  };
  const handedOver = takeHandedOver(env, process.pid);
  const ports = createNodePorts({
    env: { ...env },
    platform,
    places,
    handedOver,
    prompt: askOnTerminal,
  });
  const command = ownCommand({ entry: entryBeside(import.meta.url), platform });
  const helper = createHelper(ports, { version, places, command });

  // The clock port's timers keep no process alive, and neither does waiting for a keychain.
  const alive = setInterval(() => {}, 2 ** 30);
  obeySignals(helper, ports);
  try {
    const { socket, url } = await helper.listen({ replace: args.includes('--replace') });
    await helper.start();
    process.stdout.write(`${JSON.stringify({ ready: true, socket, url })}\n`);
    setTimeout(async () => {
      letHeapGrow();
      // Not before: the first entry loads the log's library.
      ports.log('info', 'started', { version, socket });
      // An update may take the file away, and a helper has to understand at least `shutdown`.
      await loadCommands();
    }, settledAfterMs).unref();
  } catch (error) {
    await helper.stop();
    clearInterval(alive);
    throw error;
  }
  helper.stopped.then(
    () => ports.exit(Number(process.exitCode ?? 0)),
    () => ports.exit(1),
  );
}

function obeySignals(helper: Helper, ports: NodePorts): void {
  let ending = false;
  function stop(): void {
    if (ending) return;
    ending = true;
    void helper.stop();
    setTimeout(() => ports.exit(1), stopWithinMs).unref();
  }
  function obey(): void {
    // Who asks twice means it.
    if (ending) ports.exit(1);
    stop();
  }
  process.on('SIGTERM', obey);
  process.on('SIGINT', obey);
  process.on('SIGHUP', obey);
  process.on('unhandledRejection', (error) => {
    ports.log('error', 'unhandled_rejection', placeOf(error));
  });
  process.on('uncaughtException', (error) => {
    // Nobody knows in what state this left us: end in good order, and let a new helper start.
    ports.log('error', 'uncaught_exception', placeOf(error));
    process.exitCode = 1;
    stop();
  });
}

async function askOnTerminal(purpose: 'open' | 'create'): Promise<string | null> {
  const { createPassphrasePrompt } = await import('./platform/passphrase-prompt.ts');
  return await createPassphrasePrompt(process.stdin, process.stderr)(purpose);
}
