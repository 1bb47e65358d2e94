import type { Command } from 'commander';

/** Ends a command's help with examples: what each does, then the lines to type. */
export function examples(command: Command, list: readonly (readonly [string, string])[]): void {
  const blocks = list.map(([does, lines]) => `  # ${does}\n  ${lines}`);
  command.addHelpText(
    'after',
    `\n${list.length === 1 ? 'Example' : 'Examples'}:\n${blocks.join('\n\n')}`,
  );
}

/** What to read or do after a command, at the end of its help. */
export function next(command: Command, text: string): void {
  command.addHelpText('after', `\n${text}`);
}

/** The option of every command that prints data. */
export const jsonOption = ['--json', 'Print JSON, for programs'] as const;
