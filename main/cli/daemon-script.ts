import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { KeyfobError } from '../../shared/errors.ts';

/**
 * Where the headless helper's script lies, seen from the command's own entry: beside the sources
 * when they run as they are, in `dist/helper` when built. Throws `no_helper` if it is missing.
 *
 * @param entry the command's `import.meta.url`
 */
export function daemonScript(entry: string): string {
  const relative = entry.endsWith('.ts') ? '../daemon.ts' : '../helper/daemon.js';
  const path = fileURLToPath(new URL(relative, entry));
  if (existsSync(path)) return path;
  throw new KeyfobError('no_helper', `The helper's program ${path} is missing.`, {
    hint: 'Install Keyfob again, or run `npm run build` in its folder.',
  });
}

/** The way back: the command's own entry, seen from the headless helper's script. */
export function entryBeside(script: string): string {
  const relative = script.endsWith('.ts') ? './cli/keyfob.ts' : '../command/keyfob.cjs';
  return new URL(relative, script).href;
}
