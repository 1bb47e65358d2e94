import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { approve } from '../openid-provider/person.ts';
import type { BenchStage } from './stage.ts';

/** An OpenID provider as a process of its own, with one client there. */
export interface OpenidProcess {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  end(): Promise<void>;
}

export async function startOpenidProcess(): Promise<OpenidProcess> {
  const script = join(import.meta.dirname, 'openid-provider.ts');
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const known: Omit<OpenidProcess, 'end'> = JSON.parse(String(line));
  return {
    ...known,
    async end() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}

/** Signs the stage's helper in to the provider. Returns the path of an account for its API. */
export async function signInToOpenid(
  { helper }: BenchStage,
  { issuer, clientId, clientSecret }: OpenidProcess,
): Promise<string> {
  const connection = 'corp';
  await helper.call('connection.add', {
    kind: 'oidc',
    name: connection,
    issuer,
    clientId,
    clientSecret,
  });
  const { authorizationUrl } = await helper.call('signIn.start', {
    connection,
    flow: 'browser',
    openBrowser: false,
  });
  await approve(authorizationUrl ?? '');
  await helper.call('signIn.wait', { connection });
  const { path } = await helper.call('account.add', { kind: 'token', connection, name: 'api' });
  return path;
}
