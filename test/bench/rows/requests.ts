import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ratioOf, spreadOf, spreadText } from '../measure.ts';
import { processorMs } from '../process-use.ts';
import type { BenchOptions, Row } from '../row.ts';
import { type BenchStage, credentialsPath, oneAccount } from '../stage.ts';
import { startBareServer } from '../start-bare-server.ts';

const connections = 8;

interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly requests: number;
}

/** Warm requests over kept-alive connections, against Node's own server with the same bytes. */
export async function requestsRow(stage: BenchStage, options: BenchOptions): Promise<Row> {
  const path = credentialsPath(oneAccount(stage));
  return await compareLoads(stage, options, {
    what: 'warm `GET /v1/aws/credentials`, keep-alive',
    path,
  });
}

/** The same on 127.0.0.1, with a grant's token at each request. */
export async function containerRow(stage: BenchStage, options: BenchOptions): Promise<Row> {
  const { token, url } = await stage.helper.call('grant.create', { label: 'bench' });
  const path = credentialsPath(oneAccount(stage)).replace('credentials', 'container');
  return await compareLoads(stage, options, {
    what: 'warm `GET /v1/aws/container` on 127.0.0.1 with a grant, keep-alive',
    path,
    loopback: { port: new URL(url).port, token },
  });
}

interface Contest {
  readonly what: string;
  readonly path: string;
  /** Absent: over the socket. */
  readonly loopback?: { readonly port: string; readonly token: string };
}

/** The helper's answers to one path against those of a bare server. */
export async function compareLoads(
  stage: BenchStage,
  { quick }: BenchOptions,
  { what, path, loopback }: Contest,
): Promise<Row> {
  const bare = await startBareServer(stage, path, loopback === undefined ? 'socket' : '127.0.0.1');
  const at = loopback?.port ?? stage.helper.socket;
  const token = loopback?.token;
  const { pid } = stage.helper;
  try {
    const seconds = quick ? 0.5 : 1;
    const ours: Load[] = [];
    const theirs: Load[] = [];
    const use = { ours: [] as number[], theirs: [] as number[] };
    loadOf(at, path, seconds, token);
    loadOf(bare.at, path, seconds, token);
    for (let round = 0; round < (quick ? 6 : 16); round += 1) {
      ours.push(usedBy(pid, use.ours, () => loadOf(at, path, seconds, token)));
      theirs.push(usedBy(bare.pid, use.theirs, () => loadOf(bare.at, path, seconds, token)));
    }
    const rate = (loads: readonly Load[]) => loads.map(({ perSecond }) => perSecond);
    const p99 = (loads: readonly Load[]) => loads.map(({ p99Ms }) => p99Ms);
    const { ratio } = ratioOf(rate(ours), rate(theirs));
    const tail = spreadOf(p99(ours)).median;
    return {
      what,
      bar: '≥ 0.7 × bare node:http; p99 < 2 ms',
      value: `${ratio.toFixed(2)} ×; p99 ${tail.toFixed(2)} ms`,
      met: ratio >= 0.7 && tail < 2,
      noise: [
        `helper ${spreadText(rate(ours), 'requests/s', 0)}, p99 ${spreadText(p99(ours), 'ms', 2)}`,
        `bare ${spreadText(rate(theirs), 'requests/s', 0)}, p99 ${spreadText(p99(theirs), 'ms', 2)}`,
        ...processorText(use),
        `${connections} connections, client in a process of its own`,
      ],
    };
  } finally {
    await bare.stop();
  }
}

/** Notes the microseconds of processor time that a server took for each request of a load. */
function usedBy(pid: number | undefined, uses: number[], load: () => Load): Load {
  const before = pid === undefined ? undefined : processorMs(pid);
  const result = load();
  const after = pid === undefined ? undefined : processorMs(pid);
  if (before !== undefined && after !== undefined) {
    uses.push(((after - before) * 1_000) / result.requests);
  }
  return result;
}

/** On a busy machine it says more than the rate does. */
function processorText({ ours, theirs }: Readonly<Record<'ours' | 'theirs', number[]>>): string[] {
  if (ours.length === 0 || theirs.length === 0) return [];
  const { ratio, ofMinima } = ratioOf(theirs, ours);
  return [
    `processor time for each: helper ${spreadText(ours, 'µs')}, bare ${spreadText(theirs, 'µs')}; by that ${ratio.toFixed(2)} ×, of the minima ${ofMinima.toFixed(2)} ×`,
  ];
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
