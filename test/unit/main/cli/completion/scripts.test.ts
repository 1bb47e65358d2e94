import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canShow } from '../../../../support/can-show.ts';
import { runCli } from '../../../../support/cli.ts';
import { runProgram } from '../../../../support/run-program.ts';

/** The scripts in the shells themselves, with a `keyfob` that knows three accounts. */

let folder = '';
const scripts = new Map<string, string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keyfob-completion-'));
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { out, code } = await runCli(['completion', shell]);
    expect(code).toBe(0);
    const path = join(folder, `keyfob.${shell}`);
    writeFileSync(path, out);
    scripts.set(shell, path);
  }
  writeFileSync(
    join(folder, 'keyfob'),
    `#!/bin/sh
case "$*" in
  '__names accounts') printf '%s\\n' acme/prod/Admin acme/dev/Admin 'acme/my account/Admin' 'corp/a:b@c' ;;
  '__names connections') printf '%s\\n' acme corp ;;
esac
`,
    { mode: 0o755 },
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function shell(command: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await runProgram(command, {
    PATH: `${folder}${delimiter}${process.env.PATH}`,
    HOME: folder,
    TERM: 'dumb',
    ...env,
  }).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

/** What the Tab key offers at the end of a line, as bash itself would take the line apart. */
async function inBash(line: string, before = ''): Promise<string[]> {
  const driver = `
${before}
source "$SCRIPT"
COMP_LINE=$LINE COMP_POINT=\${#LINE}
# Apart at blanks, and at what COMP_WORDBREAKS names.
COMP_WORDS=()
while IFS= read -r word; do COMP_WORDS+=("$word"); done < <(python3 - "$LINE" <<'PY'
import re, sys
for word in re.findall(r"(?:[^\\s:=@\\\\]|\\\\.)+|[:=@]+|(?<=\\s)$", sys.argv[1]): print(word)
PY
)
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_keyfob keyfob "\${COMP_WORDS[COMP_CWORD]}" ''
printf '%s\\n' "\${COMPREPLY[@]}"
`;
  return await shell(['bash', '--norc', '-c', driver], {
    SCRIPT: scripts.get('bash') ?? '',
    LINE: line,
  });
}

/** fish has a command for just this; what is after a tab is the description. */
async function inFish(line: string): Promise<string[]> {
  const lines = await shell(['fish', '--no-config', '-c', 'source $SCRIPT; complete -C $LINE'], {
    SCRIPT: scripts.get('fish') ?? '',
    LINE: line,
  });
  return lines.map((one) => one.split('\t')[0] ?? '');
}

/**
 * zsh completes for people alone: the driver is one, on a terminal of zsh's own making, who asks
 * for the list of what may come. The builtins that offer are heard as they are called.
 */
async function inZsh(line: string): Promise<string[]> {
  const driver = `
autoload -Uz compinit && compinit -u -d $HOME/.zcompdump
source $SCRIPT
_describe() { local list=\${@[-1]}; print -rl -- "\${(@)\${(P@)list}%%:*}" }
compadd() { local list=\${@[-1]}; print -rl -- \${(P@)list} }
_files() { print -r -- FILES }
_normal() { print -r -- "$words[CURRENT] of $words, knows sh: $+commands[sh]" }
compset() { words[CURRENT]=\${words[CURRENT]#*=} }
words=("\${(z)LINE}")
[[ $LINE == *' ' ]] && words+=('')
CURRENT=$#words
_keyfob
true
`;
  const typed =
    line
      .split(' ')
      .at(-1)
      ?.replace(/^--\w+=/, '') ?? '';
  const found = await shell(['zsh', '-f', '-c', driver], {
    SCRIPT: scripts.get('zsh') ?? '',
    LINE: line,
  });
  // What does not begin like the word, zsh's own \`compadd\` leaves out.
  return found.filter((word) => word.startsWith(typed));
}

const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['keyfob conn', ['connection'], ['login']],
  ['keyfob ', ['connection', 'login', 'use', 'activity', 'service'], ['add', '__names']],
  ['keyfob connection ', ['add', 'list', 'show', 'remove'], ['login', 'acme']],
  ['keyfob connection add ', ['identity-center'], ['add']],
  ['keyfob connection show ', ['acme', 'corp'], ['list', 'show']],
  ['keyfob login ', ['acme', 'corp'], ['acme/prod/Admin']],
  ['keyfob login a', ['acme'], ['corp']],
  ['keyfob login acme ', [], ['acme', 'corp']],
  ['keyfob login --dev', ['--device'], ['--no-browser']],
  ['keyfob use acme/p', ['acme/prod/Admin'], ['acme/dev/Admin']],
  ['keyfob --no-autostart use acme/d', ['acme/dev/Admin'], ['acme/prod/Admin']],
  ['keyfob accounts favourite acme/p', ['acme/prod/Admin'], []],
  ['keyfob accounts favorite acme/p', ['acme/prod/Admin'], []],
  ['keyfob accounts --connection ', ['acme', 'corp'], ['acme/prod/Admin', '--json']],
  ['keyfob connection add identity-center --flow ', ['auto', 'browser', 'device'], ['--name']],
  ['keyfob connection add identity-center --name x --fl', ['--flow'], ['--name']],
  ['keyfob completion ', ['bash', 'zsh', 'fish', 'powershell'], []],
  ['keyfob nonsense ', [], ['connection']],
];

const shells = [
  ['bash', inBash, ['bash', 'python3']],
  ['zsh', inZsh, ['zsh']],
  ['fish', inFish, ['fish']],
] as const;
const here = shells.filter(([name, , needed]) => canShow(`completion in ${name}`, ...needed));
const inShell = (shell: string) => test.runIf(here.some(([name]) => name === shell));
const bashTest = inShell('bash');
const zshTest = inShell('zsh');

describe.each(here)('%s', (_name, complete) => {
  test.each(cases)('%s', async (line, wanted, unwanted) => {
    const found = await complete(line);
    expect(found).toEqual(expect.arrayContaining([...wanted]));
    for (const word of unwanted) expect(found).not.toContain(word);
    if (wanted.length === 0) expect(found).toEqual([]);
  });

  test('--option=value', async () => {
    const found = await complete('keyfob accounts --connection=a');
    expect(found.map((word) => word.replace('--connection=', ''))).toEqual(['acme']);
  });
});

bashTest(
  'bash: a name with blanks is escaped, also where a part of it stands already',
  async () => {
    expect(await inBash('keyfob use acme/my')).toEqual(['acme/my\\ account/Admin']);
    expect(await inBash('keyfob use acme/my\\ a')).toEqual(['acme/my\\ account/Admin']);
  },
);

bashTest(
  'bash: of a name with colons only what comes after them is offered, as bash goes on there',
  async () => {
    expect(await inBash('keyfob use corp/a:b')).toEqual(['b@c']);
    expect(await inBash('keyfob use corp/a')).toEqual(['corp/a:b@c']);
  },
);

bashTest('bash: behind the hyphens of exec it is the line of the program itself', async () => {
  expect(await inBash('keyfob exec acme/prod/Admin -- keyf')).toEqual(['keyfob']);
  expect(await inBash('keyfob exec -- cat keyfob.ba')).toEqual([]);
  // The package bash-completion knows what programs take.
  const known = `_command_offset() { COMPREPLY=("\${COMP_WORDS[@]:$1}"); }`;
  expect(await inBash('keyfob exec acme/prod/Admin -- aws --reg', known)).toEqual(['aws', '--reg']);
});

zshTest('zsh: the same', async () => {
  expect(await inZsh('keyfob exec acme/prod/Admin -- aws --reg')).toEqual([
    '--reg of aws --reg, knows sh: 1',
  ]);
});

inShell('fish')('fish: the same', async () => {
  expect(await inFish('keyfob exec acme/prod/Admin -- keyf')).toEqual(['keyfob']);
  expect(await inFish('keyfob exec --static -- keyfob logi')).toEqual(['login']);
  expect(await inFish('keyfob exec acme/d')).toEqual(['acme/dev/Admin']);
});

zshTest('zsh: the script registers itself when sourced, and reads without a fault', async () => {
  await shell(['zsh', '-f', '-n', scripts.get('zsh') ?? '']);
  const registered = await shell(
    [
      'zsh',
      '-f',
      '-c',
      'autoload -Uz compinit && compinit -u -d $HOME/.zd; source $SCRIPT; print $_comps[keyfob]',
    ],
    { SCRIPT: scripts.get('zsh') ?? '' },
  );
  expect(registered).toEqual(['_keyfob']);
});

describe('PowerShell', () => {
  test('names every command, option and choice, with quotes and brackets in pairs', async () => {
    const { out } = await runCli(['completion', 'powershell']);
    expect(out).toContain("'connection add identity-center' = @{");
    expect(out).toContain("'--flow' = 'choices:auto,browser,device'");
    expect(out).toContain("'favorite' = 'accounts favourite'");
    expect(out).toContain("positions = @('connection')");
    // Without what is quoted, every bracket has its like.
    const bare = out
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .join('\n')
      .replaceAll(/'(?:[^']|'')*'|"[^"]*"/g, '');
    expect(bare).not.toContain("'");
    for (const [open, close] of ['{}', '()', '[]'].map((pair) => pair.split(''))) {
      expect(bare.split(open ?? '').length).toBe(bare.split(close ?? '').length);
    }
  });
});

test('a shell that there is not is a wrong usage', async () => {
  const { code, err } = await runCli(['completion', 'csh']);
  expect(err).toContain('Allowed choices are bash, zsh, fish, powershell.');
  expect(code).toBe(2);
});
