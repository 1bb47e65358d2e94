import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A user without rights, who is nobody on every system that has one. */
const nobody = 65_534;

/**
 * Runs a piece of a module in a process that permissions hold for: root's rights are dropped once
 * `imports` has been loaded. Returns what `body` returns, by way of JSON.
 *
 * @param body the text of an async function's body, in which `imported` is the module
 */
export async function asNobody<T>(imports: URL, body: string): Promise<T> {
  const script = `
    const imported = await import(${JSON.stringify(imports.href)});
    if (process.getuid() === 0) process.setuid(${nobody});
    const value = await (async () => { ${body} })();
    process.stdout.write(JSON.stringify(value));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    script,
  ]);
  return JSON.parse(stdout) as T;
}
