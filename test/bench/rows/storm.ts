import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { spreadOf, spreadText } from '../measure.ts';
import type { BenchOptions, Row } from '../row.ts';
import { type BenchStage, credentialsPath } from '../stage.ts';
import { startBareServer } from '../start-bare-server.ts';

const concurrent = 1_000;
const upstreamMs = 200;

/** Everybody asks for the same expired account at once. */
export async function stormRow(stage: BenchStage, { quick }: BenchOptions): Promise<Row> {
  const { simulator, helper } = stage;
  const beyond: number[] = [];
  const calls: number[] = [];
  const warm: number[] = [];
  const bare: number[] = [];
  const opened: number[] = [];
  const bareOpened: number[] = [];
  const bareServer = await startBareServer(stage, undefined, 'socket', upstreamMs);
  try {
    for (const account of stage.accounts.slice(0, quick ? 4 : 8)) {
      const path = credentialsPath(account);
      await expire(stage, path);
      const before = await upstreamCalls(stage);
      const tookMs = storm(helper.socket, path);
      calls.push((await upstreamCalls(stage)) - before);
      beyond.push(tookMs - upstreamMs);
      warm.push(storm(helper.socket, path));
      bare.push(storm(bareServer.at, path) - upstreamMs);
      await expire(stage, path);
      opened.push(storm(helper.socket, path, 'open') - upstreamMs);
      bareOpened.push(storm(bareServer.at, path, 'open') - upstreamMs);
    }
  } finally {
    await bareServer.stop();
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
      `beyond the upstream's ${upstreamMs} ms, connecting included: ${spreadText(beyond, 'ms', 0)}`,
      `the same on a bare node:http server that waits as long: ${spreadText(bare, 'ms', 0)}`,
      `over connections that were open already: ${spreadText(opened, 'ms', 0)}, on the bare server ${spreadText(bareOpened, 'ms', 0)}`,
      `the same storm right after, answered from memory: ${spreadText(warm, 'ms', 0)}`,
    ],
  };
}

/** Lets the account's credentials expire, and slows down whoever has new ones. */
async function expire({ simulator, helper }: BenchStage, path: string): Promise<void> {
  await simulator.control('switches', { latencyMs: {} });
  await helper.get(path);
  // Two hours pass at the provider, and the helper learns of it from the next answer's date.
  await simulator.control('clock', { advanceSeconds: 7_200 });
  await helper.call('accounts.sync', { connection: 'acme' });
  await simulator.control('switches', { latencyMs: { GetRoleCredentials: upstreamMs } });
}

async function upstreamCalls({ simulator }: BenchStage): Promise<number> {
  const { counts } = await simulator.control<{ counts: Record<string, number> }>('requests');
  return counts.GetRoleCredentials ?? 0;
}

/** Milliseconds until the last of all answers; throws if one of them is no success. */
function storm(socket: string, path: string, how: 'open' | 'new' = 'new'): number {
  const client = join(import.meta.dirname, '../storm-client.ts');
  const { stdout, status } = spawnSync(
    process.execPath,
    [client, socket, path, String(concurrent), how],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (status !== 0) throw new Error('The storm client failed');
  const { tookMs, failures, firstFailure }: StormResult = JSON.parse(stdout);
  if (failures > 0) throw new Error(`${failures} requests failed, the first with: ${firstFailure}`);
  return tookMs;
}

interface StormResult {
  readonly tookMs: number;
  readonly failures: number;
  readonly firstFailure?: string;
}
