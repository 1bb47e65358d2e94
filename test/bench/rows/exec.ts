import { existsSync } from 'node:fs';
import { spreadOf, spreadText, timeProcess } from '../measure.ts';
import { aws } from '../peers/aws-sso.ts';
import type { BenchOptions, Row } from '../row.ts';
import { type BenchStage, keyfob, oneAccount } from '../stage.ts';

/**
 * What running a program through Keyfob adds to it: a grant for the program, and the process that
 * holds it. Of the tools that do as much, Debian has none (no aws-vault, no granted). Scripts have
 * the AWS CLI export credentials before they run the program: it is given keys here, and only has to
 * print them.
 */
export function execRow(stage: BenchStage, { quick }: BenchOptions): Row {
  const { path } = oneAccount(stage);
  const command = ['/bin/sh', '-c', 'exit 0'];
  const exec = [keyfob, 'exec', path, '--', ...command];
  const times = {
    exec: [] as number[],
    bare: [] as number[],
    node: [] as number[],
    aws: [] as number[],
  };
  const keys = {
    ...stage.env,
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  timeProcess(exec, stage.env);
  for (let round = 0; round < (quick ? 5 : 20); round += 1) {
    times.exec.push(timeProcess(exec, stage.env));
    times.bare.push(timeProcess(command, stage.env));
    times.node.push(timeProcess([process.execPath, '-e', '0'], stage.env));
    if (existsSync(aws))
      times.aws.push(timeProcess([aws, 'configure', 'export-credentials'], keys));
  }
  const added = spreadOf(times.exec).median - spreadOf(times.bare).median;
  const row = {
    what: '`keyfob exec`, what it adds to the program that it runs',
    bar: '≤ 1 × `aws configure export-credentials`',
  };
  const noise = [
    `with Keyfob ${spreadText(times.exec, 'ms')}, bare ${spreadText(times.bare, 'ms')}`,
    `node -e 0 ${spreadText(times.node, 'ms')}: ${(added / spreadOf(times.node).median).toFixed(2)} ×`,
  ];
  if (times.aws.length === 0) {
    return { ...row, value: `${added.toFixed(0)} ms; no AWS CLI here`, met: undefined, noise };
  }
  const ratio = added / spreadOf(times.aws).median;
  return {
    ...row,
    value: `${added.toFixed(0)} ms, ${ratio.toFixed(2)} ×`,
    met: ratio <= 1,
    noise: [...noise, `aws configure export-credentials ${spreadText(times.aws, 'ms')}`],
  };
}
