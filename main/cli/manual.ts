import type { CommandNode, OptionNode } from './tree.ts';
import { everyNode } from './tree.ts';

export interface ManualFacts {
  readonly version: string;
  /** `2026-01-31`: of the release, so that the same sources make the same page. */
  readonly date: string;
}

/** The manual page keyfob(1), in the man macros of groff_man(7), made of the program's own help. */
export function manualPage(program: CommandNode, { version, date }: ManualFacts): string {
  const commands = everyNode(program).filter((node) => node.path !== '' && isRun(node));
  const lines = [
    `.TH KEYFOB 1 "${date}" "Keyfob ${text(version)}" "User Commands"`,
    '.SH NAME',
    'keyfob \\- sign in once, and hand short\\-lived credentials to local tools',
    '.SH SYNOPSIS',
    '.B keyfob',
    '.I command',
    '.RI [ options ]',
    '.SH DESCRIPTION',
    line(program.description),
    '.PP',
    'Data goes to standard output, messages to standard error.',
    'Every command starts a headless helper where none runs.',
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH OPTIONS',
    ...program.options.flatMap(optionLines),
    '.SH EXIT STATUS',
    ...exitLines.flatMap(([code, means]) => ['.TP', `.B ${code}`, line(means)]),
    '.SH ENVIRONMENT',
    ...variables.flatMap(([name, does]) => ['.TP', `.B ${text(name)}`, line(does)]),
    '.SH FILES',
    '.TP',
    '.I $XDG_RUNTIME_DIR/keyfob/helper.sock',
    "The helper's private socket, where KEYFOB_SOCK and KEYFOB_HOME say nothing else.",
    '.TP',
    '.I \\(ti/.local/state/keyfob',
    'Connections, settings and the record of who asked for what, none of it secret.',
    '.SH SEE ALSO',
    '.BR aws (1),',
    '.BR systemd.socket (5)',
  ];
  return `${lines.join('\n')}\n`;
}

const exitLines = [
  ['0', 'Done.'],
  ['1', 'Failed.'],
  ['2', 'Wrong usage.'],
  ['3', 'A sign-in is required.'],
  ['4', 'There is no helper to speak to.'],
  ['5', 'Refused by the person.'],
  ['130', 'Interrupted.'],
] as const;

const variables = [
  ['KEYFOB_HOME', 'Puts everything under one folder.'],
  ['KEYFOB_SOCK', "Moves the helper's socket."],
  ['KEYFOB_NO_AUTOSTART', 'If it is 1, no command starts a helper.'],
  ['KEYFOB_KEYCHAIN', 'Where the helper keeps secrets: os (the default), file, or memory.'],
  ['KEYFOB_PASSPHRASE_FILE', 'The file with the passphrase of the encrypted one.'],
  ['KEYFOB_BROWSER', 'The command that opens pages.'],
  ['NO_COLOR', 'If it is set, nothing is coloured.'],
] as const;

/** A group of commands is only a name. */
function isRun({ commands, arguments: args, options }: CommandNode): boolean {
  return commands.length === 0 || args.length > 0 || ownOptions(options).length > 0;
}

function ownOptions(options: readonly OptionNode[]): readonly OptionNode[] {
  return options.filter(({ long }) => long !== '--help' && long !== '--no-autostart');
}

function commandLines(node: CommandNode): string[] {
  const words = node.arguments.map(({ name, required, variadic }) => {
    const shown = `\\fI${text(name)}\\fR${variadic ? '...' : ''}`;
    return required ? ` ${shown}` : ` [${shown}]`;
  });
  const own = ownOptions(node.options);
  return [
    `.SS "keyfob ${text(node.path)}${words.join('')}${own.length > 0 ? ' [options]' : ''}"`,
    line(node.description),
    ...node.arguments
      .filter(({ description }) => description !== '')
      .flatMap(({ name, description }) => ['.TP', `.I ${text(name)}`, line(description)]),
    ...own.flatMap(optionLines),
  ];
}

function optionLines({ short, long, valueName, description }: OptionNode): string[] {
  const flags = [short, long]
    .filter((flag) => flag !== undefined)
    .map((flag) => `\\fB${text(flag)}\\fR`);
  const value = valueName === undefined ? '' : ` \\fI${text(valueName)}\\fR`;
  return ['.TP', `${flags.join(', ')}${value}`, line(description)];
}

/** A line of text: one that begins like a request must not be one. */
function line(words: string): string {
  const escaped = text(words.replace(/\s+/g, ' ').trim());
  const whole = /[.!?:…]$/.test(escaped) ? escaped : `${escaped}.`;
  return /^[.']/.test(whole) ? `\\&${whole}` : whole;
}

/** groff_char(7): what would be typographic, or begin an escape, as the character it is. */
function text(words: string): string {
  return words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replaceAll('`', '\\(ga')
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq')
    .replace(/[^\x20-\x7e]/gu, (character) => {
      const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
      return `\\[u${code}]`;
    });
}
