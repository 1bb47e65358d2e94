import { expect } from 'vitest';
import { type RawAnswer, sendBytes } from './endpoint-stage.ts';
import { type HelperStage, openHelper, openSimulator } from './helper-stage.ts';

/** One listener of a helper that has credentials to give. */
export interface Target {
  readonly name: 'socket' | 'loopback';
  /** A socket's path, or a port of 127.0.0.1. */
  readonly at: string | number;
  readonly host: string;
  /** The header line that a good client sends, with its line break; the socket needs none. */
  readonly authorization: string;
  /** A path that answers with credentials. */
  readonly path: string;
}

export interface HostileStage extends HelperStage {
  readonly targets: Readonly<Record<Target['name'], Target>>;
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** What nobody may get who does not ask properly. */
  readonly secrets: readonly string[];
  /** Asks as a good client does; the time that took, in milliseconds. */
  good(name?: Target['name']): Promise<number>;
}

/** A helper signed in to a simulator, with a grant, and one account's credentials at hand. */
export async function openHostileStage(): Promise<HostileStage> {
  const simulator = await openSimulator();
  const stage = await openHelper({ simulator });
  await stage.signIn('device');
  const account = 'acme/Production/Admin';
  await stage.client.call('accounts.use', { account });
  const { token, url } = await stage.client.call('grant.create', { label: 'good client' });
  const port = Number(new URL(url).port);
  const path = `/v1/aws/container?account=${encodeURIComponent(account)}`;
  const targets = {
    socket: { name: 'socket', at: stage.socket, host: 'localhost', authorization: '', path },
    loopback: {
      name: 'loopback',
      at: port,
      host: `127.0.0.1:${port}`,
      authorization: `Authorization: ${token}\r\n`,
      path,
    },
  } as const;

  async function ask(name: Target['name']): Promise<RawAnswer> {
    const { at, host, authorization } = targets[name];
    return await sendBytes(
      at,
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${authorization}Connection: close\r\n\r\n`,
    );
  }
  const first = await ask('socket');
  const { AccessKeyId, SecretAccessKey, Token } = JSON.parse(first.body);
  for (const secret of [AccessKeyId, SecretAccessKey, Token]) expect(secret).toBeTypeOf('string');

  return {
    ...stage,
    targets,
    url,
    port,
    token,
    secrets: [AccessKeyId, SecretAccessKey, Token, 'acme', 'Production'],
    async good(name = 'loopback') {
      const began = performance.now();
      const answer = await ask(name);
      expect(answer.status).toBe(200);
      expect(answer.body).toContain(SecretAccessKey);
      return performance.now() - began;
    },
  };
}

/** Sends a hostile request; what comes back holds no secret and permits no page to read it. */
export async function attack(
  stage: HostileStage,
  target: Target,
  ...parts: readonly (string | Buffer)[]
): Promise<RawAnswer> {
  const answer = await sendBytes(target.at, ...parts);
  for (const secret of stage.secrets) expect(answer.text).not.toContain(secret);
  expect(answer.text).not.toMatch(/access-control|set-cookie/i);
  return answer;
}
