/** What a change to a text file would change, line by line, as `diff -u` shows it. */

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Above this many pairs, lines are first held together by those that each side has only once. */
const maxPairs = 4_000_000;

/**
 * The hunks of a unified diff, each line with its sign, without file names; empty where nothing
 * changes. `before` is null for a file that there is not yet.
 *
 * @param context how many unchanged lines stand around a change
 */
export function textDiff(before: string | null, after: string | null, context = 3): string {
  const lines = compare(linesOf(before), linesOf(after));
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ sign }) => sign !== ' '),
  );
  let text = '';
  let [oldLine, newLine] = [1, 1];
  for (let index = 0; index < lines.length; ) {
    if (shown[index] !== true) {
      oldLine += 1;
      newLine += 1;
      index += 1;
      continue;
    }
    const end = shown.indexOf(false, index);
    const hunk = lines.slice(index, end === -1 ? lines.length : end);
    const removed = hunk.filter(({ sign }) => sign !== '+').length;
    const added = hunk.filter(({ sign }) => sign !== '-').length;
    text += `@@ -${range(oldLine, removed)} +${range(newLine, added)} @@\n`;
    for (const { sign, text: line } of hunk) text += `${sign}${line}\n`;
    oldLine += removed;
    newLine += added;
    index += hunk.length;
  }
  return text;
}

/** An empty range is named by the line before it. */
function range(start: number, length: number): string {
  return `${length === 0 ? start - 1 : start},${length}`;
}

function linesOf(text: string | null): readonly string[] {
  if (text === null || text === '') return [];
  const lines = text.split('\n');
  // A last line without its newline is another line than with it.
  if (lines.at(-1) === '') lines.pop();
  else lines.push('\\ No newline at end of file');
  return lines;
}

function compare(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const longest = Math.min(before.length, after.length) - start;
  while (end < longest && before.at(-1 - end) === after.at(-1 - end)) end++;
  const same = (text: string): Line => ({ sign: ' ', text });
  return [
    ...before.slice(0, start).map(same),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

function middle(before: readonly string[], after: readonly string[]): Line[] {
  if (before.length * after.length <= maxPairs) return byCommonLines(before, after);
  const anchors = anchorsOf(before, after);
  if (anchors.length === 0) {
    return [
      ...before.map((text): Line => ({ sign: '-', text })),
      ...after.map((text): Line => ({ sign: '+', text })),
    ];
  }
  let [row, column] = [0, 0];
  return [...anchors, { row: before.length, column: after.length }].flatMap((anchor) => {
    const text = before[anchor.row];
    const part = compare(before.slice(row, anchor.row), after.slice(column, anchor.column));
    [row, column] = [anchor.row + 1, anchor.column + 1];
    return text === undefined ? part : [...part, { sign: ' ' as const, text }];
  });
}

interface Anchor {
  readonly row: number;
  readonly column: number;
  /** The longest chain of anchors that ends with this one. */
  readonly previous?: Anchor | undefined;
}

/** The longest run of lines in the same order on both sides, of those that each has only once. */
function anchorsOf(before: readonly string[], after: readonly string[]): Anchor[] {
  const rows = uniqueLines(before);
  const columns = uniqueLines(after);
  // Patience sorting: of all chains of a length, the one that ends first.
  const ends: Anchor[] = [];
  for (const [text, row] of rows) {
    const column = columns.get(text);
    if (column === undefined) continue;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const half = (low + high) >> 1;
      if ((ends[half]?.column ?? 0) < column) low = half + 1;
      else high = half;
    }
    ends[low] = { row, column, previous: ends[low - 1] };
  }
  const chain: Anchor[] = [];
  for (let anchor = ends.at(-1); anchor !== undefined; anchor = anchor.previous) chain.push(anchor);
  return chain.reverse();
}

/** Where each line stands that is there once; in order. */
function uniqueLines(lines: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  const often = new Set<string>();
  lines.forEach((text, index) => {
    if (places.has(text)) often.add(text);
    else places.set(text, index);
  });
  for (const text of often) places.delete(text);
  return places;
}

/** By the longest common subsequence of lines. */
function byCommonLines(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  const longest = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number) => longest[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      longest[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, fresh] = [before[row], after[column]];
    if (old !== undefined && old === fresh) {
      lines.push({ sign: ' ', text: old });
      row++;
      column++;
    } else if (
      old !== undefined &&
      (fresh === undefined || at(row + 1, column) >= at(row, column + 1))
    ) {
      lines.push({ sign: '-', text: old });
      row++;
    } else {
      lines.push({ sign: '+', text: fresh ?? '' });
      column++;
    }
  }
  return lines;
}
