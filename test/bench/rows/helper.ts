import { setTimeout as sleep } from 'node:timers/promises';
import { spreadOf, spreadText, timeProcess } from '../measure.ts';
import { processorMs, residentMiB } from '../process-use.ts';
import type { BenchOptions, Row } from '../row.ts';
import { setBenchStage } from '../stage.ts';

/** The helper by itself, with 5,000 accounts in its catalogue: start, memory, idle processor use. */
export async function helperRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  const stage = await setBenchStage(['accounts=500', 'rolesPerAccount=10']);
  try {
    const afterSync = residentMiB(stage.helper.pid);
    const starts: number[] = [];
    const bareNode: number[] = [];
    let helper = stage.helper;
    for (let round = 0; round < (quick ? 9 : 20); round += 1) {
      helper = await stage.restart();
      starts.push(helper.readyMs);
      bareNode.push(timeProcess([process.execPath, '-e', '0'], stage.env));
    }
    // Two seconds after its start it loads what it did not need until then.
    await sleep(4_000);
    const afterStart = residentMiB(helper.pid);
    const { accounts } = await helper.call('accounts.list', {});
    const afterList = residentMiB(helper.pid);
    const ready = spreadOf(starts).median;
    const size = `${accounts.length} accounts in the catalogue`;
    return [
      {
        what: 'headless helper, process start to ready',
        bar: '≤ 150 ms',
        value: `${ready.toFixed(0)} ms (${(ready / spreadOf(bareNode).median).toFixed(2)} × \`node -e 0\`)`,
        met: ready <= 150,
        noise: [
          `ready ${spreadText(starts, 'ms')}; ${size}`,
          `node -e 0 ${spreadText(bareNode, 'ms')}`,
        ],
      },
      memoryRow({ afterStart, afterList, afterSync }, size),
      await idleRow(helper.pid, quick ? 5 : 30),
    ];
  } finally {
    await stage.end();
  }
}

interface Memory {
  readonly afterStart: number | undefined;
  readonly afterList: number | undefined;
  readonly afterSync: number | undefined;
}

function memoryRow({ afterStart, afterList, afterSync }: Memory, size: string): Row {
  const text = (mib: number | undefined) =>
    mib === undefined ? 'the system does not tell' : `${mib.toFixed(1)} MiB`;
  return {
    what: 'resident memory',
    bar: '≤ 80 MiB',
    value: text(afterStart),
    met: afterStart === undefined ? undefined : afterStart <= 80,
    noise: [
      `started on its files, settled; ${size}`,
      `${text(afterList)} once a client has read the whole list; ${text(afterSync)} right after a whole sync`,
    ],
  };
}

async function idleRow(pid: number, seconds: number): Promise<Row> {
  // What has just been asked for is still being cleared away.
  await sleep(5_000);
  const before = processorMs(pid);
  await sleep(seconds * 1_000);
  const after = processorMs(pid);
  const share =
    before === undefined || after === undefined ? undefined : (after - before) / (seconds * 10);
  return {
    what: 'idle processor use',
    bar: '< 0.1 %',
    value: share === undefined ? 'the system does not tell' : `${share.toFixed(3)} %`,
    met: share === undefined ? undefined : share < 0.1,
    noise: [`of one core, over ${seconds} s`],
  };
}
