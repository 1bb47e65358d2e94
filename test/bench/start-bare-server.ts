import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type BenchStage, credentialsPath, oneAccount } from './stage.ts';

let started = 0;

export interface BareServer {
  /** Its socket or its port. */
  readonly at: string;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/**
 * Node's own server in a process of its own, which answers everything as the helper answers a tool:
 * on a socket, or, for the path of container credentials, on a port of 127.0.0.1.
 *
 * @param waitMs it answers this long after the first of those who ask at once
 */
export async function startBareServer(
  stage: BenchStage,
  path = credentialsPath(oneAccount(stage)),
  where: 'socket' | '127.0.0.1' = 'socket',
  waitMs = 0,
): Promise<BareServer> {
  const sample = await stage.helper.get(path);
  // Killed servers leave their sockets behind.
  const wanted = where === 'socket' ? `${stage.helper.socket}.bare-${started++}` : where;
  const headers = Object.entries(sample.headers)
    .filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name))
    .flatMap(([name, value]) => [name, String(value)]);
  const script = join(import.meta.dirname, 'bare-server.ts');
  const args = [script, wanted, JSON.stringify(headers), sample.body, String(waitMs)];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [at] = await once(server.stdout, 'data');
  return {
    at: String(at).trim(),
    pid: server.pid,
    async stop() {
      const exited = once(server, 'exit');
      server.kill();
      await exited;
    },
  };
}
