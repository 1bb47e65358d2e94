/**
 * Text as it may be shown on a terminal: account names and error descriptions come from outside,
 * and an escape sequence in them must not move the cursor or rewrite what a person reads.
 */
export function printable(text: string): string {
  // Control characters (C0, DEL, C1) and the marks that turn the writing direction around.
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** A line of a file: its tabs belong to what is shown. */
export function printableLine(line: string): string {
  return line.split('\t').map(printable).join('\t');
}

/** `keyfob: <message>`, and the hint indented below. Ends with a newline. */
export function errorText(error: {
  readonly message: string;
  readonly hint?: string | undefined;
}): string {
  return `keyfob: ${printable(error.message)}\n${indented(error.hint, 2)}`;
}

/** Each line of a hint behind so many spaces; nothing for none. */
export function indented(hint: string | undefined, spaces: number): string {
  if (hint === undefined) return '';
  const margin = ' '.repeat(spaces);
  return hint
    .split('\n')
    .map((line) => `${margin}${printable(line)}\n`)
    .join('');
}
