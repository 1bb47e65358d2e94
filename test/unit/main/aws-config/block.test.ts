import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  beginMarker,
  endMarker,
  putTogether,
  type Section,
  sectionsOf,
  takeApart,
} from '../../../../main/aws-config/block.ts';
import { readAsBotocore } from '../../../../main/aws-config/botocore.ts';
import { linesOf, textOf } from '../../../../main/aws-config/lines.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { ourSections, validConfig } from '../../../support/aws-config.ts';

const path = '/home/me/.aws/config';
const prod: Section = {
  header: 'profile acme-prod-Admin',
  lines: ['credential_process = keyfob credential-process acme/000000000001/Admin'],
};
const dev: Section = { header: 'profile acme-dev-Admin', lines: ['region = eu-west-1'] };
const write = (text: string, sections: readonly Section[]) =>
  putTogether(takeApart(text, path), sections);

function failureOf(text: string): KeyfobError {
  try {
    takeApart(text, path);
  } catch (error) {
    if (error instanceof KeyfobError) return error;
    throw error;
  }
  throw new Error('It was taken as it is.');
}

describe('the block', () => {
  test('comes at the end of a file that has none, between its markers', () => {
    expect(write('[default]\nregion = x\n', [prod, dev])).toMatchInlineSnapshot(`
      "[default]
      region = x
      # >>> keyfob profiles v1 >>>
      # Written by "keyfob config sync", which replaces all between these markers.
      [profile acme-prod-Admin]
      credential_process = keyfob credential-process acme/000000000001/Admin
      [profile acme-dev-Admin]
      region = eu-west-1
      # Profiles of your own go outside of the markers.
      # <<< keyfob profiles v1 <<<
      "
    `);
  });

  test('is replaced where it stands, and what stands around it stays', () => {
    const text = `[default]\n# mine\n${write('', [prod])}[profile other]\nregion = x\n`;
    expect(write(text, [dev])).toBe(
      `[default]\n# mine\n${write('', [dev])}[profile other]\nregion = x\n`,
    );
  });

  test('goes without a trace', () => {
    for (const text of [
      '',
      '[default]\n',
      '[default]',
      '[default]\r\nregion = x\r\n',
      '# only\r\n# this',
    ]) {
      expect(write(write(text, [prod]), [])).toBe(text);
    }
    expect(write('[default]\n', [])).toBe('[default]\n');
  });

  test('ends its lines as the file does', () => {
    expect(write('[default]\r\nregion = x\r\n', [prod])).not.toMatch(/[^\r]\n/);
    expect(write('[default]\nregion = x\n', [prod])).not.toMatch(/\r/);
    // One of the other kind does not make it the file's.
    expect(write('[default]\nregion = x\noutput = y\r\n', [prod])).toMatch(/y\r\n# >>>[^\r]*\n# W/);
    expect(write('[default]', [prod]).endsWith(endMarker)).toBe(true);
  });

  test('what somebody has changed in it is replaced, and the rest is not', () => {
    const text = `[default]\n${write('', [prod])}`.replace('region', 'x');
    const edited = text.replace(endMarker, `output = json\n# note\n${endMarker}`);
    expect(write(edited, [prod])).toBe(text);
    expect(sectionsOf(takeApart(edited, path).block ?? [])).toEqual([
      { ...prod, lines: [...prod.lines, 'output = json'] },
    ]);
  });
});

describe('a damaged block', () => {
  const whole = write('[default]\nregion = x\n', [prod]);
  test.each([
    ['without its end', whole.replace(`${endMarker}\n`, ''), ['3'], 'only the begin marker'],
    ['without its begin', whole.replace(`${beginMarker}\n`, ''), ['7'], 'only the end marker'],
    ['doubled', `${whole}${write('', [dev])}`, ['3', '8', '9', '14'], 'more than once'],
    [
      'begun twice',
      whole.replace(beginMarker, `${beginMarker}\n${beginMarker}`),
      ['3', '4', '9'],
      'more than once',
    ],
    [
      'the wrong way round',
      whole.replace(beginMarker, 'X').replace(endMarker, beginMarker).replace('X', endMarker),
      ['3', '8'],
      'wrong way round',
    ],
    [
      'with a marker in capitals',
      whole.replace(beginMarker, beginMarker.toUpperCase()),
      ['3'],
      'not quite one',
    ],
    ['with an indented marker', whole.replace(endMarker, `  ${endMarker}`), ['8'], 'not quite one'],
    [
      'with half a marker',
      whole.replace(endMarker, '# <<< keyfob profiles'),
      ['8'],
      'not quite one',
    ],
    ['of a later version', whole.replaceAll(' v1 ', ' v2 '), ['3'], 'version 2'],
    ['with a line put behind it', `${whole}output = json\n`, ['9'], 'below no section'],
    [
      'with an indented line put behind it',
      `${whole}\n# note\n  [profile x]\n`,
      ['11'],
      'below no section',
    ],
    ['with lines run together', `${whole.trimEnd()}[profile x]\n`, ['8'], 'not quite one'],
  ])('%s names the lines and is never mended by a guess', (_, text, lines, words) => {
    const error = failureOf(text);
    expect(error.code).toBe('aws_config_block_damaged');
    expect(error.message).toContain(words);
    expect(error.message).toContain(path);
    expect(error.details).toEqual({ path, lines });
    expect(error.hint).toMatch(/Keyfob changes nothing until then\.$/);
  });

  test('a comment that speaks of Keyfob is none', () => {
    const text = '# my keyfob profiles are below\n[default]\n# >>> something else >>>\n';
    expect(takeApart(text, path).block).toBeUndefined();
  });
});

describe('a file that the AWS CLI can not read is refused by its line', () => {
  test.each([
    [
      'a section twice',
      '[profile a]\nx = 1\n\n[profile a]\ny = 2\n',
      4,
      '[profile a] stands there twice',
    ],
    ['[default] twice', '[default]\n[default]\n', 2, '[default] stands there twice'],
    [
      'a key twice',
      '[default]\nregion = x\nregion = y\n',
      3,
      'has `region` twice, in lines 2 and 3',
    ],
    ['a key twice but for its case', '[default]\nRegion = x\nregion = y\n', 3, 'twice'],
    ['a key twice, once with a colon', '[default]\nregion: x\nregion = y\n', 3, 'twice'],
    ['a key before any section', '# note\nregion = x\n[default]\n', 2, 'before any section'],
    ['a line without =', '[default]\nregion\n', 2, 'is no `key = value`'],
    ['an unclosed header', '[default]\n[profile a\n', 2, 'is no `key = value`'],
    ['an empty header', '[default]\n[]\n', 2, 'is no `key = value`'],
    ['a line that begins with =', '[default]\n= x\n', 2, 'is no `key = value`'],
    ['a byte order mark', '\uFEFF[default]\n', 1, 'byte order mark'],
    ['a nested line without =', '[default]\ns3 =\n  region x\n', 3, 'has no ='],
    ['a marker of a merge', '[default]\n<<<<<<< HEAD\n', 2, 'is no `key = value`'],
  ])('%s', (_, text, line, words) => {
    const error = failureOf(text);
    expect(error.code).toBe('aws_config_invalid');
    expect(error.message).toContain(words);
    expect(error.message).toContain(`line ${line}`);
    expect(error.details).toEqual({ path, line });
    expect(error.hint).toMatch(/Keyfob changes nothing until then\.$/);
  });

  test('behind the block, too, with the line as an editor counts', () => {
    const text = `${write('[default]\n', [prod])}[default]\n`;
    expect(failureOf(text).details).toEqual({ path, line: 8 });
  });

  test('of a line, only the key is told: its value may be secret', () => {
    const { message } = failureOf('aws_secret_access_key = hunter2\n');
    expect(message).toContain('aws_secret_access_key');
    expect(message).not.toContain('hunter2');
  });

  test.each([
    ['a comment behind a header', '[default] # note\nregion = x\n'],
    ['a value that goes on', '[default]\nregion = x\n  [profile no]\n  more\n'],
    ['a value that goes on past blank lines', '[default]\nregion = x\n\n  no pair\n'],
    ['nested pairs', '[default]\ns3 =\n  region = x\n\n  # note\n  output = y\n'],
    ['options that are all indented', '[default]\n  region = x\n  output = y\n'],
    ['a key with a colon', '[default]\nregion: x\n'],
    ['[DEFAULT] twice', '[DEFAULT]\na = 1\n[DEFAULT]\nb = 1\n'],
    ['the same key in two sections', '[default]\nregion = x\n[profile a]\nregion = x\n'],
    ['names in other quotes', '[profile a]\n[profile "a"]\n'],
    ['nothing but comments', '# a\n; b\n   # c\n'],
    ['a form feed', '[default]\n\f\nregion = x\n'],
  ])('%s is none of that', (_, text) => {
    expect(write(write(text, [prod]), [])).toBe(text);
  });
});

describe('for any file that botocore reads', () => {
  const bounded = { numRuns: 400 };

  test('lines joined are the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '[', '\r', '\n', '#', '\f') }), (text) => {
        expect(textOf(linesOf(text))).toBe(text);
      }),
      bounded,
    );
  });

  test('nothing outside of the block changes, and a second sync changes nothing', () => {
    fc.assert(
      fc.property(
        validConfig,
        validConfig,
        ourSections,
        ourSections,
        (head, tail, first, second) => {
          // A block that a person has put in the middle of two files, or one at the end.
          const added = write(head, first);
          const behind = tail.replace(/^(?:\s*[#;].*|\s*)$/gm, '');
          const after =
            first.length > 0 && /^\[/.test(behind) && added.endsWith('\n') ? behind : '';
          const text = added + after;
          fc.pre(
            readAsBotocore(linesOf(head + (head.endsWith('\n') ? '' : '\n') + after)).fault ===
              undefined,
          );

          expect(added.startsWith(head)).toBe(true);
          const changed = write(text, second);
          expect(write(changed, second)).toBe(changed);
          if (second.length > 0) {
            const begin = changed.indexOf(beginMarker);
            expect(changed.slice(0, head.length)).toBe(head);
            expect(changed.slice(head.length, begin)).toMatch(/^(\r?\n)?$/);
            expect(changed.endsWith(after)).toBe(true);
            expect(sectionsOf(takeApart(changed, path).block ?? [])).toEqual(second);
          }
          expect(write(text, [])).toBe(
            after === ''
              ? head
              : `${head}${head.endsWith('\n') || head === '' ? '' : added.slice(head.length).match(/^\r?\n/)?.[0]}${after}`,
          );
        },
      ),
      bounded,
    );
  });
});
