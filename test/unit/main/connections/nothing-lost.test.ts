import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredSession } from '../../../../main/connections/provider.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { createRig, type Rig } from '../../../support/connections.ts';
import { settle } from '../../../support/fake-ports.ts';

/**
 * Whatever happens in whatever order, a crash at that moment loses nothing: the keychain holds
 * tokens that the provider still accepts, and nobody was given any that it does not hold.
 *
 * The provider rotates: a refresh token dies when the one after it, or the access token that came
 * with that, is first used.
 */

type Event =
  | 'ask'
  | 'refused'
  | 'minutes'
  | 'hour'
  | 'wake'
  | 'sign out'
  | 'sign in'
  | 'cancel'
  | 'lock keychain'
  | 'unlock keychain'
  | 'network down'
  | 'network up'
  | 'slow refresh'
  | 'refresh answers'
  | 'slow keychain'
  | 'keychain answers';

const events: readonly Event[] = [
  'ask',
  'ask',
  'refused',
  'minutes',
  'hour',
  'wake',
  'sign out',
  'sign in',
  'cancel',
  'lock keychain',
  'unlock keychain',
  'network down',
  'network up',
  'slow refresh',
  'refresh answers',
  'slow keychain',
  'keychain answers',
];

const byCode = { connection: 'acme', flow: 'device', openBrowser: false, remote: true } as const;
const numberOf = (token: string | undefined) => Number(token?.split('-')[1] ?? 0);

/** Watches a rig for broken promises. */
function watch(rig: Rig) {
  const { connections, ports, provider } = rig;
  const everKept = new Set<string>();
  let used = 0;
  let refreshing = 0;

  const keep = (text: string) => {
    const session = JSON.parse(text) as StoredSession;
    if (session.tokens !== undefined) everKept.add(session.tokens.accessToken);
  };
  keep(ports.secrets.values.get('acme') ?? '{}');
  const { set } = ports.secrets;
  ports.secrets.set = async (key, value) => {
    await set(key, value);
    keep(value);
  };
  const { refresh } = provider;
  provider.refresh = async (stored, signal) => {
    used = Math.max(used, numberOf(stored.tokens?.refreshToken));
    refreshing += signal.aborted ? 0 : 1;
    expect(refreshing).toBe(1);
    let counted = true;
    const stop = () => {
      if (counted) refreshing -= 1;
      counted = false;
    };
    signal.addEventListener('abort', stop);
    return refresh(stored, signal).finally(stop);
  };

  return {
    async ask(call: () => Promise<string>): Promise<void> {
      const token = await call().catch(() => undefined);
      if (token === undefined) return;
      expect(everKept).toContain(token);
      used = Math.max(used, numberOf(token));
    },
    check(): void {
      const kept = rig.kept()?.tokens;
      if (kept !== undefined) expect(numberOf(kept.refreshToken)).toBeGreaterThanOrEqual(used);
    },
    askForToken: () => connections.accessToken('acme'),
  };
}

async function play(rig: Rig, script: readonly Event[]): Promise<void> {
  const { connections, ports, provider } = rig;
  const watched = watch(rig);
  const begun: Promise<unknown>[] = [];
  const background = (work: Promise<unknown>) => void begun.push(work.catch(() => undefined));
  let refreshAnswers = () => {};
  let keychainAnswers = () => {};
  const network = new KeyfobError('network_error', 'No network.');

  const acts: Readonly<Record<Event, () => unknown>> = {
    ask: () => background(watched.ask(watched.askForToken)),
    refused: () =>
      background(
        watched.ask(async () => connections.renewAfterRefusal('acme', await watched.askForToken())),
      ),
    minutes: () => ports.clock.advance(7 * 60_000),
    hour: () => ports.clock.advance(61 * 60_000),
    wake: () => ports.wake.wake(),
    'sign out': () => background(connections.signOut('acme')),
    'sign in': () => {
      provider.polls.push('granted');
      background(connections.startSignIn(byCode));
    },
    cancel: () => background(connections.cancelSignIn('acme')),
    'lock keychain': () => ports.secrets.lock(),
    'unlock keychain': () => ports.secrets.heal(),
    'network down': () => provider.fail('refresh', network),
    'network up': () => provider.heal(),
    'slow refresh': () => {
      refreshAnswers();
      refreshAnswers = provider.hold('refresh');
    },
    'refresh answers': () => refreshAnswers(),
    'slow keychain': () => {
      keychainAnswers();
      keychainAnswers = ports.secrets.hold();
    },
    'keychain answers': () => keychainAnswers(),
  };

  for (const event of script) {
    await acts[event]();
    await settle(3);
    watched.check();
  }
  // In the end all is well again, and so must we be.
  keychainAnswers();
  refreshAnswers();
  ports.secrets.heal();
  provider.heal();
  await ports.clock.advance(10 * 60_000);
  await Promise.all(begun);
  watched.check();
  const state = rig.session()?.state;
  const kept = rig.kept()?.tokens;
  expect(['signed_in', 'signed_out']).toContain(state);
  expect(kept !== undefined).toBe(state === 'signed_in');
  if (kept !== undefined) {
    await watched.ask(async () => {
      const token = await watched.askForToken();
      expect(rig.kept()?.tokens?.accessToken).toBe(token);
      return token;
    });
  }
}

test('nothing is lost, and nothing is used before it is stored, in any order of events', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 25 }),
      async (script) => {
        const rig = await createRig();
        await play(rig, script);
        await rig.connections.close();
      },
    ),
    { numRuns: 1_000 },
  );
}, 60_000);
