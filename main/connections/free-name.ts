import { connectionNameSchema } from '../../shared/model.ts';

/** A name like `wish` that a connection may have and that none of `taken` is, whatever its case. */
export function freeName(wish: string, taken: readonly string[]): string {
  const base = wish
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, 56);
  const usable = connectionNameSchema.safeParse(base).success ? base : 'aws';
  const lower = new Set(taken.map((name) => name.toLowerCase()));
  if (!lower.has(usable.toLowerCase())) return usable;
  for (let n = 2; ; n++) {
    if (!lower.has(`${usable}-${n}`.toLowerCase())) return `${usable}-${n}`;
  }
}
