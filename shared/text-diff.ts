/** What a change to a text file would change, line by line, as `diff -u` shows it. */

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Above this many pairs of lines the middle is shown as replaced at once, rather than compared. */
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

/** By the longest common subsequence of lines. */
function middle(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  const tooMany = before.length * after.length > maxPairs;
  const longest = new Uint32Array(tooMany ? 0 : (before.length + 1) * width);
  const at = (row: number, column: number) => longest[row * width + column] ?? 0;
  if (!tooMany) {
    for (let row = before.length - 1; row >= 0; row--) {
      for (let column = after.length - 1; column >= 0; column--) {
        longest[row * width + column] =
          before[row] === after[column]
            ? at(row + 1, column + 1) + 1
            : Math.max(at(row + 1, column), at(row, column + 1));
      }
    }
  }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, fresh] = [before[row], after[column]];
    if (!tooMany && old !== undefined && old === fresh) {
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
