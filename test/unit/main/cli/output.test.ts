import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** Writing to real pipes, from a process that exits right after. */

const output = new URL('../../../../main/cli/output.ts', import.meta.url).href;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyfob-output-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function script(body: string): string {
  const path = join(folder, 'writer.mjs');
  writeFileSync(path, `import { write } from '${output}';\n${body}\nprocess.exit();`);
  return path;
}

describe.skipIf(process.platform === 'win32')('what is written', () => {
  test.each([
    ['a pipe', ''],
    ['a pipe that does not make its writer wait', 'process.stdout;'],
  ])('comes whole through %s, though the process ends at once', (_what, before) => {
    const path = script(`${before} write(1, 'é'.repeat(500_000));`);
    const command = '"$0" "$1" | { sleep 0.2; wc -c; }';
    const count = execFileSync('sh', ['-c', command, process.execPath, path]);
    expect(Number(count.toString())).toBe(1_000_000);
  });

  test('is dropped without a word where nobody reads any more', async () => {
    const path = script(
      `const first = write(1, 'x'.repeat(1_000_000)); write(2, String([first, write(1, 'x')]));`,
    );
    const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'false,false' });
  });
});
