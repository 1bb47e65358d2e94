import { KeyfobError } from '../../shared/errors.ts';
import { type Header, readAsBotocore } from './botocore.ts';
import { type Line, linesOf, textOf, usualEnd } from './lines.ts';

/**
 * The one part of `~/.aws/config` that is Keyfob's: what stands between two marker lines. All else
 * is the person's, and stays byte for byte as it is.
 */

export const beginMarker = '# >>> keyfob profiles v1 >>>';
export const endMarker = '# <<< keyfob profiles v1 <<<';
const explanation = '# Written by "keyfob config sync", which replaces all between these markers.';

/**
 * `aws configure set` puts a new key of the file's last profile behind the line after its last one.
 * That is to be a line of the block. No colon and no = in these comments: it takes them for keys.
 */
const lastLine = '# Profiles of your own go outside of the markers.';

export interface Section {
  /** What stands between the brackets. */
  readonly header: string;
  readonly lines: readonly string[];
}

/** A file taken apart. */
export interface BlockFile {
  /** Before the block; of a file without one, all of it. */
  readonly before: readonly Line[];
  /** From marker to marker, both included. */
  readonly block: readonly Line[] | undefined;
  readonly after: readonly Line[];
  /** The sections outside of the block. */
  readonly headers: readonly Header[];
}

/**
 * Finds the block in a file.
 *
 * Throws `aws_config_invalid` for a file that the AWS CLI can't read at all, and
 * `aws_config_block_damaged` where the markers don't tell clearly what is Keyfob's. Both name lines.
 */
export function takeApart(text: string, path: string): BlockFile {
  const lines = linesOf(text);
  const { begin, end } = markers(lines, path);
  const before = lines.slice(0, begin ?? lines.length);
  const block = begin === undefined ? undefined : lines.slice(begin, (end ?? 0) + 1);
  const after = end === undefined ? [] : lines.slice(end + 1);

  const { fault, headers } = readAsBotocore([...before, ...after]);
  if (fault !== undefined) {
    throw new KeyfobError(
      'aws_config_invalid',
      `${path} can't be read by the AWS CLI: in line ${fault.line}, ${fault.what}.`,
      {
        hint: `${fault.hint} Keyfob changes nothing until then.`,
        details: { path, line: fault.line },
      },
    );
  }
  const first = after.find(({ text }) => !/^\s*(?:[#;]|$)/.test(text));
  if (first !== undefined && !/^\[.+\]/.test(first.text)) {
    throw damaged(
      path,
      [first.number],
      `line ${first.number} stands after Keyfob's block but below no section, so it would count for the block's last profile`,
      'Move it to the section that it belongs to.',
    );
  }
  return { before, block, after, headers };
}

/**
 * The text with these sections in its block; without a block where there are none. One that is new
 * goes to the end. Doing it again changes nothing.
 */
export function putTogether(file: BlockFile, sections: readonly Section[]): string {
  const { before, block, after } = file;
  if (sections.length === 0) {
    if (block === undefined) return textOf(before);
    // A block without a line end at the end of the file came to one without.
    const open = after.length === 0 && block.at(-1)?.end === '';
    return textOf(open ? withoutLastEnd(before) : [...before, ...after]);
  }
  const end = usualEnd([...before, ...after]) ?? usualEnd(block ?? []) ?? '\n';
  const last = block?.at(-1) ?? before.at(-1);
  const content = [
    beginMarker,
    explanation,
    ...sections.flatMap(({ header, lines }) => [`[${header}]`, ...lines]),
    lastLine,
    endMarker,
  ].join(end);
  const gap = before.at(-1)?.end === '' ? end : '';
  return `${textOf(before)}${gap}${content}${last?.end === '' ? '' : end}${textOf(after)}`;
}

/** The sections of a block, also of one that somebody else has edited. */
export function sectionsOf(block: readonly Line[]): Section[] {
  const sections: { header: string; lines: string[] }[] = [];
  for (const { text } of block) {
    if (/^\s*(?:[#;]|$)/.test(text)) continue;
    const header = /^\[(.+)\]/.exec(text)?.[1];
    if (header !== undefined) sections.push({ header, lines: [] });
    else sections.at(-1)?.lines.push(text);
  }
  return sections;
}

function markers(lines: readonly Line[], path: string): { begin?: number; end?: number } {
  const begins: number[] = [];
  const ends: number[] = [];
  lines.forEach(({ text, number }, index) => {
    if (text === beginMarker) begins.push(index);
    else if (text === endMarker) ends.push(index);
    else if (isLikeMarker(text)) throw notQuite(path, number, text);
  });
  const [begin, secondBegin] = begins;
  const [end, secondEnd] = ends;
  if (begin === undefined && end === undefined) return {};
  if (secondBegin !== undefined || secondEnd !== undefined) {
    const numbers = [...begins, ...ends].map((index) => index + 1).sort((a, b) => a - b);
    throw damaged(
      path,
      numbers,
      `Keyfob's block stands there more than once: its markers are in lines ${numbers.join(', ')}`,
      'Keep one block, from its begin marker to its end marker, and take the other lines away.',
    );
  }
  if (begin === undefined || end === undefined) {
    const number = (begin ?? end ?? 0) + 1;
    const [here, gone] = begin === undefined ? ['end', beginMarker] : ['begin', endMarker];
    throw damaged(
      path,
      [number],
      `of Keyfob's block only the ${here} marker is there, in line ${number}`,
      `Put \`${gone}\` back where the block ${here === 'end' ? 'begins' : 'ends'}, or take line ${number} away to have a new block made.`,
    );
  }
  if (end < begin) {
    throw damaged(
      path,
      [end + 1, begin + 1],
      `the markers of Keyfob's block are the wrong way round: it ends in line ${end + 1} and begins in line ${begin + 1}`,
      'Put them in order, or take both away to have a new block made.',
    );
  }
  return { begin, end };
}

/** A comment that somebody has made of a marker. */
function isLikeMarker(text: string): boolean {
  return (
    /^\s*[#;]/.test(text) && /(?:[<>]{2}.*keyfob\s+profiles|keyfob\s+profiles.*[<>]{2})/i.test(text)
  );
}

function notQuite(path: string, number: number, text: string): KeyfobError {
  const version = /^# (?:>>>|<<<) keyfob profiles v(\d+) (?:>>>|<<<)$/.exec(text)?.[1];
  if (version !== undefined && version !== '1') {
    return damaged(
      path,
      [number],
      `line ${number} marks a block of version ${version}, which this Keyfob does not know`,
      'Use the newer Keyfob that wrote it.',
    );
  }
  return damaged(
    path,
    [number],
    `line ${number} looks like a marker of Keyfob's block, but is not quite one`,
    `Make it \`${beginMarker}\` or \`${endMarker}\`, or take it away.`,
  );
}

function damaged(path: string, lines: readonly number[], what: string, hint: string): KeyfobError {
  return new KeyfobError('aws_config_block_damaged', `${path}: ${what}.`, {
    hint: `${hint} Keyfob changes nothing until then.`,
    details: { path, lines: lines.map(String) },
  });
}

function withoutLastEnd(lines: readonly Line[]): Line[] {
  return lines.map((line, index) => (index === lines.length - 1 ? { ...line, end: '' } : line));
}
