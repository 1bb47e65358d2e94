import fc from 'fast-check';

/** Configuration files as people and programs write them, for tests by properties. */

const eol = fc.constantFrom('\n', '\r\n');
const word = fc.string({
  unit: fc.constantFrom(...'abcdefgXYZ0189_-.@+/'),
  minLength: 1,
  maxLength: 12,
});
const value = fc.oneof(
  word,
  fc.constantFrom(
    'eu-west-1',
    'https://acme.awsapps.com/start#/',
    '"quoted value"',
    'x # not a comment for everyone',
    '100%',
    '%(interpolation)s',
    'a = b : c',
    'é €',
    '',
  ),
);
const comment = fc.constantFrom(
  '',
  '# a comment',
  '; another',
  '   # indented',
  '\t',
  '#[profile no]',
);

/** An option: a line, one that goes on, or a nested block. Keys differ by their number. */
const option = (number: number) =>
  fc.oneof(
    { weight: 6, arbitrary: value.map((text) => [`key_${number} = ${text}`]) },
    { weight: 1, arbitrary: value.map((text) => [`Key_${number}=${text}`]) },
    { weight: 1, arbitrary: value.map((text) => [`key_${number} : ${text}`]) },
    { weight: 1, arbitrary: word.map((text) => [`key_${number} = first`, `    more ${text}`]) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(word, value)
        .map(([a, b]) => [`s3_${number} =`, `  first = ${a}`, '', `  second = ${b}`]),
    },
  );

const options = fc
  .integer({ min: 0, max: 4 })
  .chain((count) =>
    fc.tuple(...Array.from({ length: count }, (_, number) => fc.tuple(option(number), comment))),
  )
  .map((list) => list.flatMap(([lines, note]) => [...lines, note]));

const header = fc.oneof(
  { weight: 5, arbitrary: word.map((name) => `profile ${name}`) },
  { weight: 1, arbitrary: word.map((name) => `profile "${name}"`) },
  { weight: 1, arbitrary: word.map((name) => `profile ${name} ${name}`) },
  { weight: 1, arbitrary: word.map((name) => `sso-session ${name}`) },
  { weight: 1, arbitrary: word.map((name) => `services ${name}`) },
  { weight: 1, arbitrary: word },
  { weight: 1, arbitrary: fc.constantFrom('default', 'preview', 'plugins') },
);

const section = fc
  .tuple(header, options, fc.constantFrom('', ' # note', '   '))
  .map(([name, lines, rest]) => ({ name, lines: [`[${name}]${rest}`, ...lines] }));

/** A file that botocore reads: no section twice, every line in a section. */
export const validConfig: fc.Arbitrary<string> = fc
  .record({
    head: fc.array(comment, { maxLength: 3 }),
    sections: fc.uniqueArray(section, { maxLength: 6, selector: ({ name }) => name }),
    end: eol,
    odd: fc.array(eol, { minLength: 1, maxLength: 4 }),
    mixed: fc.boolean(),
    open: fc.boolean(),
  })
  .map(({ head, sections, end, odd, mixed, open }) => {
    const lines = [...head, ...sections.flatMap(({ lines }) => lines)];
    return lines
      .map((line, index) => {
        if (open && index === lines.length - 1) return line;
        return line + (mixed ? (odd[index % odd.length] ?? end) : end);
      })
      .join('');
  });

/** Sections as Keyfob writes them. */
export const ourSections = fc.uniqueArray(
  fc
    .tuple(fc.stringMatching(/^[a-z][\w.@-]{0,20}$/), fc.stringMatching(/^[a-z]{2}-[a-z]{4}-\d$/))
    .map(([name, region]) => ({
      header: `profile keyfob-${name}`,
      lines: [
        `credential_process = "/opt/key fob/keyfob" credential-process ${name}`,
        `region = ${region}`,
      ],
    })),
  { maxLength: 6, selector: ({ header }) => header },
);
