import { printable, printableLine } from '../printable.ts';
import type { Style } from './style.ts';

/** A unified diff for a terminal: what goes and what comes in colours, beside their signs. */
export function diffText(path: string, diff: string, style: Style): string {
  const lines = diff.split('\n').slice(0, -1);
  const shown = lines.map((line) => {
    const text = printableLine(line);
    if (text.startsWith('@@')) return style.dim(text);
    if (text.startsWith('+')) return style.good(text);
    return text.startsWith('-') ? style.bad(text) : text;
  });
  return [style.bold(printable(path)), ...shown].map((line) => `${line}\n`).join('');
}
