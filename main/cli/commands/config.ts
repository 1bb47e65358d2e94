import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addConfigImport } from './config-import.ts';
import { addConfigSync } from './config-sync.ts';

/** `config sync`, `config import`. */
export function addConfig(program: Command, context: CliContext): void {
  const config = program
    .command('config')
    .description('Profiles in ~/.aws/config: writes them, and brings in what is there');
  addConfigSync(config, context);
  addConfigImport(config, context);
}
