import type {
  BrowserSignIn,
  ClientRegistration,
  DeviceSignIn,
  Provider,
  SignInFlow,
  StoredSession,
} from '../../main/connections/provider.ts';
import type { Clock } from '../../main/ports.ts';
import { KeyfobError } from '../../shared/errors.ts';

/** A provider without a network. Tokens are numbered: access-1 with refresh-1, then access-2, … */
export interface FakeProvider extends Provider {
  /** What was asked, in order: `refresh refresh-1`, `poll`, `revoke access-2`, … */
  readonly calls: string[];
  lifetimeMs: number;
  /** False: tokens come without a refresh token. */
  refreshable: boolean;
  registrationLifetimeMs: number;
  deviceLifetimeMs: number;
  deviceIntervalMs: number;
  /** How far the provider's clock is ahead of ours. */
  aheadMs: number;
  /** What the next polls answer, in order; afterwards `authorization_pending`. */
  readonly polls: (Error | 'granted')[];
  /** Redirect URIs given to `beginBrowser`, in order. */
  readonly redirectUris: string[];
  /** Calls of this kind reject until `heal()`. */
  fail(kind: Kind, error: Error): void;
  heal(): void;
  /** Calls of this kind wait for the returned function, whatever their signal says. */
  hold(kind: Kind): () => void;
  count(kind: Kind): number;
  /** Notes a call, holds it and fails it as told: for what a test adds to this provider. */
  call(kind: Kind, about?: string): Promise<void>;
  /** A session as a sign-in would have got it. */
  issue(): StoredSession;
}

type Kind =
  | 'beginBrowser'
  | 'redeem'
  | 'beginDevice'
  | 'poll'
  | 'form'
  | 'unattended'
  | 'token'
  | 'refresh'
  | 'revoke'
  | 'discard';

export function createFakeProvider(clock: Clock): FakeProvider {
  const calls: string[] = [];
  const failures = new Map<Kind, Error>();
  const gates = new Map<Kind, Promise<void>>();
  let issued = 0;
  let begun = 0;

  async function call(kind: Kind, about = ''): Promise<void> {
    calls.push(about === '' ? kind : `${kind} ${about}`);
    await gates.get(kind);
    const failure = failures.get(kind);
    if (failure !== undefined) throw failure;
  }

  const registration = (flow: string): ClientRegistration => ({
    clientId: `client-${flow}`,
    clientSecret: `secret-${flow}`,
    expiresAt: provider.now() + provider.registrationLifetimeMs,
    scopes: ['sso:account:access'],
    audience: 'test',
  });

  function issue(flow: SignInFlow = 'browser', base?: StoredSession): StoredSession {
    issued += 1;
    return {
      version: 1,
      registrations: base?.registrations ?? { [flow]: registration(flow) },
      ...(base?.client === undefined ? {} : { client: base.client }),
      tokens: {
        accessToken: `access-${issued}`,
        ...(provider.refreshable ? { refreshToken: `refresh-${issued}` } : {}),
        obtainedAt: provider.now(),
        expiresAt: provider.now() + provider.lifetimeMs,
        flow,
      },
    };
  }

  function registered(stored: StoredSession | null, flow: 'browser' | 'device'): StoredSession {
    const known = stored?.registrations[flow] ?? registration(flow);
    return { version: 1, registrations: { ...stored?.registrations, [flow]: known } };
  }

  const provider: FakeProvider = {
    calls,
    lifetimeMs: 3_600_000,
    refreshable: true,
    registrationLifetimeMs: 90 * 24 * 3_600_000,
    deviceLifetimeMs: 600_000,
    deviceIntervalMs: 5_000,
    aheadMs: 0,
    polls: [],
    redirectUris: [],
    now: () => clock.now() + provider.aheadMs,
    fail: (kind, error) => void failures.set(kind, error),
    heal: () => failures.clear(),
    hold(kind) {
      const gate = Promise.withResolvers<void>();
      gates.set(kind, gate.promise);
      return () => {
        gates.delete(kind);
        gate.resolve();
      };
    },
    count: (kind) => calls.filter((made) => made.split(' ')[0] === kind).length,
    issue: () => issue(),
    call,

    async beginBrowser(stored, redirectUri): Promise<BrowserSignIn> {
      begun += 1;
      const state = `state-${begun}`;
      provider.redirectUris.push(redirectUri);
      await call('beginBrowser');
      const session = registered(stored, 'browser');
      return {
        authorizationUrl: `https://login.test/authorize?state=${state}`,
        state,
        session,
        async redeem(answer) {
          await call('redeem', answer.get('code') ?? 'nothing');
          return issue('browser', session);
        },
      };
    },

    async beginDevice(stored): Promise<DeviceSignIn> {
      await call('beginDevice');
      const session = registered(stored, 'device');
      return {
        userCode: 'ABCD-EFGH',
        verificationUri: 'https://login.test/device',
        verificationUriComplete: 'https://login.test/device?user_code=ABCD-EFGH',
        lifetimeMs: provider.deviceLifetimeMs,
        intervalMs: provider.deviceIntervalMs,
        session,
        async poll() {
          await call('poll');
          const answer = provider.polls.shift() ?? pending();
          if (answer !== 'granted') throw answer;
          return issue('device', session);
        },
      };
    },

    async refresh(stored) {
      await call('refresh', stored.tokens?.refreshToken ?? 'nothing');
      return issue(stored.tokens?.flow, stored);
    },

    async revoke(stored) {
      await call('revoke', stored.tokens?.accessToken ?? 'nothing');
      return true;
    },
  };
  return provider;
}

function pending(): KeyfobError {
  return new KeyfobError('authorization_pending', 'Nobody has approved yet.');
}
