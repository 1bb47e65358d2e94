import { Argument, type Command } from 'commander';
import { completionScripts } from '../completion/scripts.ts';
import type { CliContext } from '../context.ts';
import { examples, next } from '../help.ts';
import { commandTree } from '../tree.ts';

/** `completion`. */
export function addCompletion(program: Command, context: CliContext): void {
  const completion = program
    .command('completion')
    .description('Prints a script that lets your shell complete commands, accounts and connections')
    .addArgument(new Argument('<shell>', 'Your shell').choices(Object.keys(completionScripts)))
    .action((shell: string) => {
      context.out(completionScripts[shell]?.(commandTree(program)) ?? '');
    });
  examples(completion, [
    ['bash, in ~/.bashrc', 'source <(keyfob completion bash)'],
    ['zsh, in ~/.zshrc, after compinit', 'source <(keyfob completion zsh)'],
    ['fish', 'keyfob completion fish > ~/.config/fish/completions/keyfob.fish'],
    ['PowerShell, in $PROFILE', 'keyfob completion powershell | Out-String | Invoke-Expression'],
  ]);
  next(completion, 'Names are those that the running helper knows; none is started for them.');
}
