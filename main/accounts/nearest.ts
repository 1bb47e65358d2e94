import type { Account } from '../../shared/model.ts';

/**
 * The paths that someone who wrote `text` may have meant, nearest first: by the fewest letters to
 * insert, delete or replace in the whole path, its account and role, or its account alone. What
 * differs in more than half of the text is not worth suggesting.
 */
export function nearest(text: string, accounts: readonly Account[], count: number): string[] {
  const wanted = text.toLowerCase().slice(0, 120);
  const limit = Math.max(2, Math.floor(wanted.length / 2));
  const found: Found[] = [];
  // What can't be among the first need not be measured to the end.
  let worst = limit + 1;
  for (const { path } of accounts) {
    const lower = path.toLowerCase();
    const [, slug = '', role = ''] = lower.split('/');
    let distance = worst;
    for (const form of [lower, `${slug}/${role}`, slug]) {
      distance = Math.min(distance, editDistance(wanted, form, distance));
    }
    if (distance >= worst) continue;
    found.push({ path, distance });
    if (found.length > 4 * count) {
      found.sort(byDistance).splice(count);
      worst = (found.at(-1)?.distance ?? limit) + 1;
    }
  }
  return found
    .sort(byDistance)
    .slice(0, count)
    .map(({ path }) => path);
}

interface Found {
  readonly path: string;
  readonly distance: number;
}

function byDistance(a: Found, b: Found): number {
  return a.distance - b.distance || (a.path < b.path ? -1 : 1);
}

/** The Levenshtein distance, or `bound` if it is not below that. */
function editDistance(a: string, b: string, bound = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  const row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = i - 1;
    let left = i;
    let best = i;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] ?? 0;
      const replaced = diagonal + (a[i - 1] === b[j - 1] ? 0 : 1);
      left = Math.min(replaced, above + 1, left + 1);
      row[j] = left;
      diagonal = above;
      if (left < best) best = left;
    }
    if (best >= bound) return bound;
  }
  return Math.min(bound, row[b.length] ?? 0);
}
