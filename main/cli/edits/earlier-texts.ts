import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The texts kept beside a file when Keyfob changed it, latest first. */
export async function earlierTexts(path: string): Promise<readonly string[]> {
  const start = `${basename(path)}.keyfob-`;
  const names = (await readdir(dirname(path)))
    .filter((name) => name.startsWith(start))
    .map((name) => ({ name, match: /^(\d{8}T\d{6}Z)(?:-(\d+))?$/.exec(name.slice(start.length)) }))
    .filter(({ match }) => match !== null)
    .sort((a, b) => compare(timeOf(b.match), timeOf(a.match)));
  return Promise.all(names.map(({ name }) => readFile(join(dirname(path), name), 'utf8')));
}

function timeOf(match: RegExpExecArray | null): string {
  return `${match?.[1] ?? ''}${(match?.[2] ?? '1').padStart(6, '0')}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
