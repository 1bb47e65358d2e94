import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type BenchStage, credentialsPath, oneAccount } from './stage.ts';

let started = 0;

/** Node's own server in a process of its own, which answers everything as the helper answers a tool. */
export async function startBareServer(
  stage: BenchStage,
): Promise<{ readonly socket: string; stop(): Promise<void> }> {
  const sample = await stage.helper.get(credentialsPath(oneAccount(stage)));
  // Killed servers leave their sockets behind.
  const socket = `${stage.helper.socket}.bare-${started++}`;
  const headers = Object.entries(sample.headers)
    .filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name))
    .flatMap(([name, value]) => [name, String(value)]);
  const script = join(import.meta.dirname, 'bare-server.ts');
  const server = spawn(process.execPath, [script, socket, JSON.stringify(headers), sample.body], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(server.stdout, 'data');
  return {
    socket,
    async stop() {
      const exited = once(server, 'exit');
      server.kill();
      await exited;
    },
  };
}
