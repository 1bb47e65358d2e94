import { readFile } from 'node:fs/promises';
import { isatty } from 'node:tty';
import { KeyfobError } from '../../shared/errors.ts';
import { readInput } from './input.ts';

/** How secrets come to the command line: never as arguments, which every user of the machine sees. */
export interface SecretInput {
  /** Asks on the terminal, shown or not while it is typed; undefined where there is no terminal. */
  ask(question: string, shown: boolean): Promise<string | undefined>;
  /** The next line of stdin. Rejects with `invalid_input` where there is none. */
  line(what: string): Promise<string>;
  /** A file's text, without the line break at its end. Rejects with `invalid_input`. */
  file(path: string): Promise<string>;
}

const longest = 100_000;

/** The terminal, stdin and files of this process. */
export function createSecretInput(): SecretInput {
  let rest: string | undefined;

  return {
    async ask(question, shown) {
      if (!isatty(0) || !isatty(2)) return undefined;
      if (shown) {
        const { askForLine } = await import('./ask.ts');
        return await askForLine(question);
      }
      const { readHidden } = await import('../platform/passphrase-prompt.ts');
      return (await readHidden(process.stdin, process.stderr, question)) ?? '';
    },
    async line(what) {
      const text = rest ?? readInput(longest, (read) => read.includes('\n')) ?? '';
      const end = text.indexOf('\n');
      rest = end < 0 ? undefined : text.slice(end + 1) || undefined;
      const line = (end < 0 ? text : text.slice(0, end)).replace(/\r$/, '');
      if (line !== '') return line;
      throw new KeyfobError('invalid_input', `There is no ${what} on stdin.`, {
        hint: 'Pipe it in, in a line of its own.',
      });
    },
    async file(path) {
      try {
        return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
      } catch (cause) {
        throw new KeyfobError('invalid_input', `${path} can't be read.`, {
          hint: 'Check the path, and that you may read it.',
          cause,
        });
      }
    },
  };
}
