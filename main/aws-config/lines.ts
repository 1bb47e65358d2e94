/** A text as lines that keep their ends, so that joining them gives the very same text. */

export interface Line {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
  /** `\n`, `\r\n`, `\r`, or nothing at the end of the text. */
  readonly end: string;
}

/** The lines of a text, each with its own end. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (const [whole, content = '', end = ''] of text.matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)) {
    if (whole === '') continue;
    lines.push({ number: lines.length + 1, text: content, end });
  }
  return lines;
}

/** The text again, to the letter. */
export function textOf(lines: readonly Line[]): string {
  return lines.map(({ text, end }) => text + end).join('');
}

/** How most lines end; a lone carriage return is no way to end new ones. Undefined: no line does. */
export function usualEnd(lines: readonly Line[]): '\n' | '\r\n' | undefined {
  let balance = 0;
  let ended = false;
  for (const { end } of lines) {
    if (end === '') continue;
    ended = true;
    balance += end === '\r\n' ? 1 : -1;
  }
  if (!ended) return undefined;
  return balance > 0 ? '\r\n' : '\n';
}
