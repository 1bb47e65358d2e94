import { existsSync } from 'node:fs';
import { spreadOf, spreadText, timeProcess } from '../measure.ts';
import type { BenchOptions, Row } from '../row.ts';
import { keyfob, setBenchStage } from '../stage.ts';

const rolesPerAccount = 3;
const aws = '/usr/bin/aws';

/** Profiles for a whole catalogue: diff, backup, write; against the AWS CLI, which only lists them. */
export async function configSyncRow({ quick }: BenchOptions): Promise<Row> {
  const awsAccounts = quick ? 100 : 500;
  const profiles = awsAccounts * rolesPerAccount;
  const stage = await setBenchStage([
    `accounts=${awsAccounts}`,
    `rolesPerAccount=${rolesPerAccount}`,
  ]);
  const what = `\`keyfob config sync\` of ${profiles.toLocaleString('en-US')} profiles, whole process`;
  const bar = '≤ 1 × `aws configure list-profiles` of what it wrote';
  try {
    const sync = (...options: string[]) =>
      timeProcess([keyfob, 'config', 'sync', '--yes', ...options], stage.env);
    const [writes, again, lists]: [number[], number[], number[]] = [[], [], []];
    sync();
    for (let round = 0; round < (quick ? 3 : 10); round += 1) {
      sync('--remove');
      writes.push(sync());
      again.push(sync());
      if (existsSync(aws)) {
        lists.push(timeProcess([aws, 'configure', 'list-profiles'], stage.env));
      }
    }
    const noise = [
      `written ${spreadText(writes, 'ms', 0)}, up to date already ${spreadText(again, 'ms', 0)}`,
    ];
    if (lists.length === 0) {
      return { what, bar, value: 'there is no AWS CLI here', met: undefined, noise };
    }
    const ratio = spreadOf(writes).median / spreadOf(lists).median;
    return {
      what,
      bar,
      value: `${ratio.toFixed(2)} ×`,
      met: ratio <= 1,
      noise: [...noise, `listed ${spreadText(lists, 'ms', 0)}`],
    };
  } finally {
    await stage.end();
  }
}
