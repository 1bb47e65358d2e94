import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { Command } from 'commander';
import { KeyfobError } from '../../../shared/errors.ts';
import type { CliContext, CommonOptions } from '../context.ts';
import { examples, next } from '../help.ts';

/** `relay`. */
export function addRelay(program: Command, context: CliContext): void {
  const relay = program
    .command('relay')
    .description("Connects its own input and output with the helper's socket, for one connection")
    .action(async (_options, command: Command) => {
      const { autostart } = command.optsWithGlobals<CommonOptions>();
      // Starts a helper where none runs, and says so where that is not to be.
      await context.connect(autostart).call('accounts.list', {});
      await relayTo(context.places.socket, process.stdin, process.stdout);
    });
  examples(relay, [
    [
      'In WSL, with socat: the helper of Windows at the socket that Linux programs look for',
      'socat UNIX-LISTEN:"$KEYFOB_SOCK",fork,mode=600 EXEC:"keyfob.exe relay"',
    ],
  ]);
  next(relay, 'For where a socket can not be forwarded, but a program can be run.');
}

/**
 * Passes bytes on in both directions until both have ended. Rejects with `no_helper` where the
 * connection fails.
 */
function relayTo(path: string, input: Readable, output: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true });
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new KeyfobError('no_helper', `The connection to the helper broke (${cause.code}).`, {
          hint: 'Try again. If it stays, run `keyfob doctor`.',
          cause,
        }),
      );
    });
    // Whoever asked has gone: what the helper still says is for nobody.
    output.on('error', () => socket.destroy());
    input.pipe(socket);
    socket.pipe(output, { end: false });
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      input.unpipe(socket);
      resolve();
    });
  });
}
