import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spreadOf, spreadText } from '../measure.ts';
import type { BenchOptions, Row } from '../row.ts';
import { type BenchStage, credentialsPath } from '../stage.ts';

const concurrent = 1_000;
const upstreamMs = 200;

/** Everybody asks for the same expired account at once. */
export async function stormRow(stage: BenchStage, { quick }: BenchOptions): Promise<Row> {
  const { simulator, helper } = stage;
  const beyond: number[] = [];
  const calls: number[] = [];
  for (const account of stage.accounts.slice(0, quick ? 2 : 5)) {
    const path = credentialsPath(account);
    await simulator.control('switches', { lifetimes: { roleSeconds: 1 }, latencyMs: {} });
    await helper.get(path);
    await sleep(1_100);
    await simulator.control('switches', {
      lifetimes: { roleSeconds: 3_600 },
      latencyMs: { GetRoleCredentials: upstreamMs },
    });
    const before = await upstreamCalls(stage);
    const { tookMs, succeeded } = storm(helper.socket, path);
    if (succeeded !== concurrent) throw new Error(`${concurrent - succeeded} requests failed`);
    calls.push((await upstreamCalls(stage)) - before);
    beyond.push(tookMs - upstreamMs);
  }
  await simulator.control('switches', { latencyMs: {} });
  const worst = Math.max(...calls);
  const late = spreadOf(beyond).median;
  return {
    what: `${concurrent} concurrent requests for one expired account`,
    bar: 'exactly 1 upstream call; all answered within its time + 100 ms',
    value: `${worst} call${worst === 1 ? '' : 's'}; its time + ${late.toFixed(0)} ms`,
    met: worst === 1 && Math.min(...calls) === 1 && late <= 100,
    noise: [
      `beyond the upstream's ${upstreamMs} ms: ${spreadText(beyond, 'ms', 0)}, connecting included`,
    ],
  };
}

async function upstreamCalls({ simulator }: BenchStage): Promise<number> {
  const { counts } = await simulator.control<{ counts: Record<string, number> }>('requests');
  return counts.GetRoleCredentials ?? 0;
}

function storm(socket: string, path: string): { tookMs: number; succeeded: number } {
  const client = join(import.meta.dirname, '../storm-client.ts');
  const { stdout, status } = spawnSync(
    process.execPath,
    [client, socket, path, String(concurrent)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (status !== 0) throw new Error('The storm client failed');
  return JSON.parse(stdout);
}
