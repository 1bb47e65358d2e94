import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { spreadOf, spreadText } from '../measure.ts';
import type { BenchOptions, Row } from '../row.ts';
import { type BenchStage, credentialsPath, oneAccount } from '../stage.ts';
import { startBareServer } from '../start-bare-server.ts';

const connections = 8;

interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** Warm requests over kept-alive connections, against Node's own server with the same bytes. */
export async function requestsRow(stage: BenchStage, { quick }: BenchOptions): Promise<Row> {
  const path = credentialsPath(oneAccount(stage));
  const bare = await startBareServer(stage);
  try {
    const seconds = quick ? 0.5 : 2;
    const ours: Load[] = [];
    const theirs: Load[] = [];
    loadOf(stage.helper.socket, path, seconds);
    loadOf(bare.socket, path, seconds);
    for (let round = 0; round < (quick ? 3 : 8); round += 1) {
      ours.push(loadOf(stage.helper.socket, path, seconds));
      theirs.push(loadOf(bare.socket, path, seconds));
    }
    const rate = (loads: readonly Load[]) => loads.map(({ perSecond }) => perSecond);
    const p99 = (loads: readonly Load[]) => loads.map(({ p99Ms }) => p99Ms);
    const ratio = spreadOf(rate(ours)).median / spreadOf(rate(theirs)).median;
    const tail = spreadOf(p99(ours)).median;
    return {
      what: 'warm `GET /v1/aws/credentials`, keep-alive',
      bar: '≥ 0.7 × bare node:http; p99 < 2 ms',
      value: `${ratio.toFixed(2)} ×; p99 ${tail.toFixed(2)} ms`,
      met: ratio >= 0.7 && tail < 2,
      noise: [
        `helper ${spreadText(rate(ours), 'requests/s', 0)}, p99 ${spreadText(p99(ours), 'ms', 2)}`,
        `bare ${spreadText(rate(theirs), 'requests/s', 0)}, p99 ${spreadText(p99(theirs), 'ms', 2)}`,
        `${connections} connections, client in a process of its own`,
      ],
    };
  } finally {
    await bare.stop();
  }
}

function loadOf(socket: string, path: string, seconds: number): Load {
  const client = join(import.meta.dirname, '../load-client.ts');
  const { stdout, status } = spawnSync(
    process.execPath,
    [client, socket, path, String(connections), String(seconds)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (status !== 0) throw new Error('The load client failed');
  return JSON.parse(stdout);
}
