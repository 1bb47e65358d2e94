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
export async function requestsRow(stage: BenchStage, options: BenchOptions): Promise<Row> {
  const path = credentialsPath(oneAccount(stage));
  const bare = await startBareServer(stage);
  const what = 'warm `GET /v1/aws/credentials`, keep-alive';
  return await compare({ what, at: stage.helper.socket, path, bare }, options);
}

/** The same on 127.0.0.1, with a grant's token at each request. */
export async function containerRow(stage: BenchStage, options: BenchOptions): Promise<Row> {
  const { token, url } = await stage.helper.call('grant.create', { label: 'bench' });
  const path = credentialsPath(oneAccount(stage)).replace('credentials', 'container');
  const bare = await startBareServer(stage, path, '127.0.0.1');
  const what = 'warm `GET /v1/aws/container` on 127.0.0.1 with a grant, keep-alive';
  return await compare({ what, at: new URL(url).port, path, bare, token }, options);
}

interface Contest {
  readonly what: string;
  /** The helper's socket or port. */
  readonly at: string;
  readonly path: string;
  readonly bare: Awaited<ReturnType<typeof startBareServer>>;
  readonly token?: string;
}

async function compare(contest: Contest, { quick }: BenchOptions): Promise<Row> {
  const { what, at, path, bare, token } = contest;
  try {
    const seconds = quick ? 0.5 : 2;
    const ours: Load[] = [];
    const theirs: Load[] = [];
    loadOf(at, path, seconds, token);
    loadOf(bare.at, path, seconds, token);
    for (let round = 0; round < (quick ? 3 : 8); round += 1) {
      ours.push(loadOf(at, path, seconds, token));
      theirs.push(loadOf(bare.at, path, seconds, token));
    }
    const rate = (loads: readonly Load[]) => loads.map(({ perSecond }) => perSecond);
    const p99 = (loads: readonly Load[]) => loads.map(({ p99Ms }) => p99Ms);
    const ratio = spreadOf(rate(ours)).median / spreadOf(rate(theirs)).median;
    const tail = spreadOf(p99(ours)).median;
    return {
      what,
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

function loadOf(at: string, path: string, seconds: number, token?: string): Load {
  const client = join(import.meta.dirname, '../load-client.ts');
  const { stdout, status } = spawnSync(
    process.execPath,
    [client, at, path, String(connections), String(seconds)],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...(token === undefined ? {} : { LOAD_AUTHORIZATION: token }) },
    },
  );
  if (status !== 0) throw new Error('The load client failed');
  return JSON.parse(stdout);
}
