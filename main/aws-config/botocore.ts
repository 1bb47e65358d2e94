import type { Line } from './lines.ts';

/**
 * What botocore, and with it the AWS CLI, makes of a configuration file: Python's RawConfigParser
 * in its strict form, then one level of nesting. It is the strictest of the readers: a single
 * mistake anywhere, and it reads no profile at all.
 */

export interface Fault {
  /** The line's number, from 1. */
  readonly line: number;
  /** What is wrong, to go on a sentence with. */
  readonly what: string;
  readonly hint: string;
}

export interface Header {
  readonly line: number;
  /** What stands between the brackets. */
  readonly name: string;
}

export interface Reading {
  /** The first mistake for which botocore refuses the whole file. */
  readonly fault: Fault | undefined;
  readonly headers: readonly Header[];
}

/** What Python's `str.strip()` takes away, and `\S` does not match. */
const blank =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const strips = new RegExp(`^[${blank}]+|[${blank}]+$`, 'g');
const indent = new RegExp(`^[${blank}]*`);
/** Where Python's `str.splitlines()` splits a value. */
const splits = '\\n\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029';
const valueLines = new RegExp(`[${splits}]`);

/** Reads as botocore would, up to the first mistake. */
export function readAsBotocore(lines: readonly Line[]): Reading {
  const headers: Header[] = [];
  const sections = new Set<string>();
  const options = new Map<string, number>();
  /** The section that is open. */
  let section: string | undefined;
  /** The option whose value may go on in deeper lines. */
  let option: { readonly nests: boolean } | undefined;
  let depth = 0;

  function fault(line: number, what: string, hint: string): Reading {
    return { fault: { line, what, hint }, headers };
  }

  for (const { number, text } of lines) {
    if (number === 1 && text.startsWith('\uFEFF')) {
      return fault(
        1,
        'the file begins with a byte order mark',
        'Save it as UTF-8 without a byte order mark (BOM).',
      );
    }
    const value = text.replace(strips, '');
    if (value === '' || value.startsWith('#') || value.startsWith(';')) continue;
    const column = indent.exec(text)?.[0].length ?? 0;

    if (option !== undefined && column > depth) {
      // Below `s3 =`, each line is a pair.
      if (option.nests && value.split(valueLines).some((part) => isNoPair(part))) {
        return fault(
          number,
          `below a key without a value stands ${quoted(value)}, which has no =`,
          'Write it as `key = value`, or put a # before it.',
        );
      }
      continue;
    }

    depth = column;
    const header = /^\[(.+)\]/.exec(value)?.[1];
    if (header !== undefined) {
      if (sections.has(header)) {
        return fault(
          number,
          `[${header}] stands there twice`,
          'Put what is in both into one, and take the other away.',
        );
      }
      if (header !== 'DEFAULT') sections.add(header);
      headers.push({ line: number, name: header });
      section = header;
      option = undefined;
      continue;
    }
    if (section === undefined) {
      return fault(
        number,
        `${quoted(value)} stands before any section`,
        'Put it below a section such as [default], or put a # before it.',
      );
    }
    const pair = /^(.*?)[=:](.*)$/s.exec(value);
    const key = (pair?.[1] ?? '').replace(strips, '');
    if (pair === null || key === '') {
      return fault(
        number,
        `${quoted(value)} is no \`key = value\``,
        'Write it as one, or put a # before it.',
      );
    }
    const place = `${section}\n${key.toLowerCase()}`;
    const earlier = options.get(place);
    if (earlier !== undefined) {
      return fault(
        number,
        `[${section}] has ${quoted(key)} twice, in lines ${earlier} and ${number} (capitals do not count)`,
        'Take one of them away.',
      );
    }
    options.set(place, number);
    option = { nests: (pair[2] ?? '').replace(strips, '') === '' };
  }
  return { fault: undefined, headers };
}

function isNoPair(text: string): boolean {
  return text.replace(strips, '') !== '' && !text.includes('=');
}

/** Of a line only the beginning: what follows may be secret. */
function quoted(text: string): string {
  const [start = ''] = text.split(/[=:]/);
  return `\`${start.replace(strips, '').slice(0, 40)}${start.length < text.length ? '…' : ''}\``;
}
