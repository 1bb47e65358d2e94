import { spreadOf, spreadText, timeProcess } from '../measure.ts';
import type { BenchOptions, Row } from '../row.ts';
import { type BenchStage, keyfob, oneAccount } from '../stage.ts';

/**
 * What running a program through Keyfob adds to it: a grant for the program, and the process that
 * holds it. Of the tools that do as much, Debian has none; `aws configure export-credentials` is
 * what scripts use instead, before they run the program.
 */
export function execRow(stage: BenchStage, { quick }: BenchOptions): Row {
  const { path } = oneAccount(stage);
  const command = ['/bin/sh', '-c', 'exit 0'];
  const times = { exec: [] as number[], bare: [] as number[], node: [] as number[] };
  timeProcess([keyfob, 'exec', path, '--', ...command], stage.env);
  for (let round = 0; round < (quick ? 10 : 40); round += 1) {
    times.exec.push(timeProcess([keyfob, 'exec', path, '--', ...command], stage.env));
    times.bare.push(timeProcess(command, stage.env));
    times.node.push(timeProcess([process.execPath, '-e', '0'], stage.env));
  }
  const added = spreadOf(times.exec).median - spreadOf(times.bare).median;
  const ratio = added / spreadOf(times.node).median;
  return {
    what: '`keyfob exec`, what it adds to the program that it runs',
    bar: '≤ 3 × `node -e 0`',
    value: `${added.toFixed(0)} ms (${ratio.toFixed(2)} ×)`,
    met: ratio <= 3,
    noise: [
      `with Keyfob ${spreadText(times.exec, 'ms')}`,
      `bare ${spreadText(times.bare, 'ms')}`,
      `node -e 0 ${spreadText(times.node, 'ms')}`,
    ],
  };
}
