import { createInterface } from 'node:readline/promises';

/** Asks on the terminal; anything but a yes is no, as are Ctrl-C and Ctrl-D. */
export async function askYesOrNo(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const given = new AbortController();
  lines.once('SIGINT', () => given.abort());
  lines.once('close', () => given.abort());
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: given.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (!given.signal.aborted) throw error;
    process.stderr.write('\n');
    return false;
  } finally {
    lines.close();
  }
}

/** Asks for a line on the terminal; Ctrl-C and Ctrl-D give an empty one. */
export async function askForLine(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const given = new AbortController();
  lines.once('SIGINT', () => given.abort());
  lines.once('close', () => given.abort());
  try {
    return await lines.question(question, { signal: given.signal });
  } catch (error) {
    if (!given.signal.aborted) throw error;
    process.stderr.write('\n');
    return '';
  } finally {
    lines.close();
  }
}
