import type { ReadStream, WriteStream } from 'node:tty';
import type { AskPassphrase } from './secrets-file.ts';

/**
 * Asks on a terminal, without showing what is typed. A new passphrase is asked for twice. Null
 * where there is no terminal, or where the person gives up with Ctrl-C or Ctrl-D.
 */
export function createPassphrasePrompt(input: ReadStream, output: WriteStream): AskPassphrase {
  return async (purpose) => {
    if (!input.isTTY || !output.isTTY) return null;
    if (purpose === 'open') return await readHidden(input, output, 'Passphrase of the secrets: ');
    for (;;) {
      const first = await readHidden(input, output, 'New passphrase for the secrets: ');
      if (first === null || first === '') return null;
      if (first === (await readHidden(input, output, 'Again: '))) return first;
      output.write('They differ.\n');
    }
  };
}

/** Reads a line without showing it; null for Ctrl-C and Ctrl-D. */
export function readHidden(
  input: ReadStream,
  output: WriteStream,
  label: string,
): Promise<string | null> {
  return new Promise((resolve) => {
    let typed = '';
    const finish = (value: string | null) => {
      input.off('data', onData);
      input.off('end', giveUp);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
      resolve(value);
    };
    const giveUp = () => finish(null);
    const onData = (chunk: Buffer | string) => {
      for (const character of chunk.toString()) {
        if (character === '\r' || character === '\n') return finish(typed);
        if (character === '\u0003' || character === '\u0004') return giveUp();
        if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('');
        else if (character >= ' ') typed += character;
      }
    };
    output.write(label);
    input.setRawMode(true);
    input.setEncoding('utf8');
    input.on('data', onData);
    input.once('end', giveUp);
    input.resume();
  });
}
