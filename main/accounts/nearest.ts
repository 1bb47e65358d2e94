import type { Account } from '../../shared/model.ts';

/**
 * The paths that someone who wrote `text` may have meant, nearest first: by the fewest letters to
 * insert, delete or replace in the whole path, its account and role, or its account alone. What
 * differs in more than half of the text is not worth suggesting.
 */
export function nearest(text: string, accounts: readonly Account[], count: number): string[] {
  const wanted = text.toLowerCase().slice(0, 120);
  const limit = Math.max(2, Math.floor(wanted.length / 2));
  const found: { path: string; distance: number }[] = [];
  for (const { path } of accounts) {
    const lower = path.toLowerCase();
    const [, slug = '', role = ''] = lower.split('/');
    let distance = limit + 1;
    for (const form of [lower, `${slug}/${role}`, slug]) {
      distance = Math.min(distance, editDistance(wanted, form, distance));
    }
    if (distance <= limit) found.push({ path, distance });
  }
  return found
    .sort((a, b) => a.distance - b.distance || (a.path < b.path ? -1 : 1))
    .slice(0, count)
    .map(({ path }) => path);
}

/** The Levenshtein distance, or `bound` if it is not below that. */
export function editDistance(a: string, b: string, bound = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const cost = Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      row.push(cost);
      if (cost < best) best = cost;
    }
    if (best >= bound) return bound;
    previous = row;
  }
  return Math.min(bound, previous[b.length] ?? 0);
}
