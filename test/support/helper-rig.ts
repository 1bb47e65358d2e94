import { onTestFinished } from 'vitest';
import { createInProcessClient, createRouter } from '../../main/endpoint/router.ts';
import { createHelper, type Helper } from '../../main/helper.ts';
import type { Ports } from '../../main/ports.ts';
import type { CommandClient } from '../../shared/commands.ts';
import type { ActivityEntry, ConnectionSettings } from '../../shared/model.ts';
import { acme } from './connections.ts';
import { createFakePorts, type FakePorts, jsonResponse, settle } from './fake-ports.ts';

/** A whole helper on fake ports: acme is signed in, and has Admin and ReadOnly of prod and dev. */
export interface HelperRig {
  readonly ports: FakePorts;
  readonly helper: Helper;
  /** As the tray's window. */
  readonly window: CommandClient;
  /** As our own command line. */
  readonly socket: CommandClient;
  /** The record, as it is a second later. */
  activity(): Promise<readonly ActivityEntry[]>;
}

export const portal = 'https://portal.sso.eu-west-1.amazonaws.com/';
export const roleSecrets = ['ASIAEXAMPLE', 'role-secret', 'role-session'] as const;

export interface HelperRigOptions {
  readonly env?: Record<string, string>;
  readonly settings?: Partial<ConnectionSettings>;
  /** Puts files and answers in place before the start, or takes ports away. */
  readonly prepare?: (ports: FakePorts) => void;
  readonly without?: 'clipboard';
}

export async function createHelperRig(options: HelperRigOptions = {}): Promise<HelperRig> {
  const ports = createFakePorts(options.env === undefined ? {} : { env: options.env });
  const { clock, fetch, files, secrets } = ports;
  const settings = { ...acme, ...options.settings };
  const far = clock.now() + 8 * 3_600_000;
  const account = (accountId: string, accountName: string) => ({
    accountId,
    accountName,
    roles: ['Admin', 'ReadOnly'],
  });
  files.contents.set('connections.json', JSON.stringify({ version: 1, connections: [settings] }));
  files.contents.set(
    'accounts/acme.json',
    JSON.stringify({
      version: 1,
      syncedAt: clock.now(),
      accounts: [account('000000000001', 'prod'), account('000000000002', 'dev')],
    }),
  );
  const tokens = { accessToken: 'access-token', flow: 'device', obtainedAt: clock.now() };
  const session = { version: 1, registrations: {}, tokens: { ...tokens, expiresAt: far } };
  secrets.values.set('acme', JSON.stringify(session));
  const [accessKeyId, secretAccessKey, sessionToken] = roleSecrets;
  fetch.on(`${portal}federation/credentials`, () =>
    jsonResponse({
      roleCredentials: {
        accessKeyId,
        secretAccessKey,
        sessionToken,
        expiration: clock.now() + 3_600_000,
      },
    }),
  );
  options.prepare?.(ports);

  const { clipboard: _, ...headless } = ports;
  const given: Ports = options.without === 'clipboard' ? headless : ports;
  const places = { state: '/state', log: '/log', socket: '/state/helper.sock' };
  const helper = createHelper(given, { version: '1.2.3', places });
  await helper.start();
  await settle();
  onTestFinished(async () => {
    const stopped = helper.stop();
    await clock.advance(60_000);
    await stopped;
  });
  const router = createRouter(helper.handlers, ports.log);
  return {
    ports,
    helper,
    window: createInProcessClient(router, { caller: 'window' }),
    socket: helper.client,
    async activity() {
      await clock.advance(1_000);
      return helper.state.get('activity');
    },
  };
}
