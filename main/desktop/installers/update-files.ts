/**
 * Joins what electron-builder wrote for the updater on several machines: `latest-mac.yml` of the one
 * processor and of the other. The updater chooses by the names in `files`; of the rest, which only
 * its oldest versions read, the first machine's stays.
 */
export function joinUpdateFiles(texts: readonly string[]): string {
  const parsed = texts.map(split);
  const [first] = parsed;
  if (first === undefined) throw new Error('Expected one file at least, got none.');
  const odd = parsed.find(({ head }) => head !== first.head);
  if (odd !== undefined) throw new Error(`Expected ${first.head.trim()}, got ${odd.head.trim()}.`);
  return `${first.head}files:\n${parsed.map(({ files }) => files).join('')}${first.rest}`;
}

function split(text: string): { head: string; files: string; rest: string } {
  const match = /^(version: .+\n)files:\n((?: +.+\n)+)([\s\S]*)$/.exec(
    text.replaceAll('\r\n', '\n'),
  );
  const [, head, files, rest] = match ?? [];
  if (head === undefined || files === undefined || rest === undefined) {
    throw new Error('Expected "version:" and then "files:", as electron-builder writes them.');
  }
  return { head, files, rest };
}
