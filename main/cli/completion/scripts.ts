import type { CommandNode } from '../tree.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { powershellCompletion } from './powershell.ts';
import { zshCompletion } from './zsh.ts';

/** What writes the script for a shell, by the shell's name. */
export const completionScripts: Readonly<Record<string, (program: CommandNode) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};

/**
 * The scripts that shells load by themselves from a folder of the system, by the file's name there.
 * PowerShell has no such folder.
 */
export function completionFiles(program: CommandNode): Readonly<Record<string, string>> {
  return {
    keyfob: bashCompletion(program),
    _keyfob: zshCompletion(program),
    'keyfob.fish': fishCompletion(program),
  };
}
