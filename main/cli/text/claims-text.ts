import { printable } from '../printable.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** Claims, one a line; what is no text, number or truth value as JSON. */
export function claimsText(claims: Readonly<Record<string, unknown>>, style: Style): string {
  const rows = Object.entries(claims).map(([name, value]) => [
    style.dim(printable(name)),
    printable(typeof value === 'string' ? value : JSON.stringify(value)),
  ]);
  return rows.length === 0 ? '' : table(rows);
}
