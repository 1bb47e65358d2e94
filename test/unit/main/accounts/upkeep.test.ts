import { expect, test } from 'vitest';
import { createUpkeep } from '../../../../main/accounts/upkeep.ts';
import { createStateStore, emptyState } from '../../../../main/state.ts';
import type { ConnectionView } from '../../../../shared/model.ts';
import { createFakePorts } from '../../../support/fake-ports.ts';

const hour = 60 * 60_000;

interface Standing {
  readonly session?: ConnectionView['session']['state'];
  readonly syncedAgoMs?: number;
  readonly syncing?: boolean;
  readonly failed?: boolean;
}

function setUp(standing: Standing = {}) {
  const { clock, wake } = createFakePorts();
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '', keychain: 'memory' }),
  );
  const syncs: string[] = [];
  const upkeep = createUpkeep({
    state,
    clock,
    wake,
    sync: async (connection) => void syncs.push(connection),
  });

  function stand({ session = 'signed_in', syncedAgoMs, syncing = false, failed }: Standing): void {
    state.set('connections', [
      {
        settings: {
          kind: 'identity-center',
          name: 'acme',
          startUrl: 'https://acme.awsapps.com/start',
          region: 'eu-west-1',
          scopes: [],
          flow: 'auto',
        },
        session: { state: session, renewable: true },
        catalogue: {
          accounts: 0,
          syncing,
          ...(syncedAgoMs === undefined
            ? {}
            : { syncedAt: new Date(clock.now() - syncedAgoMs).toISOString() }),
          ...(failed ? { error: { code: 'network_error', message: 'No way.' } } : {}),
        },
      },
    ]);
  }
  stand(standing);
  return { clock, wake, syncs, upkeep, stand };
}

test('a list that is not there is fetched at the start, though nobody signs in', () => {
  const { syncs, upkeep } = setUp();
  upkeep.start();
  expect(syncs).toEqual(['acme']);
});

test('a list of today is left alone, and one that has grown old in a running helper is not', async () => {
  const { clock, syncs, upkeep } = setUp({ syncedAgoMs: hour });
  upkeep.start();
  await clock.advance(10 * hour);
  expect(syncs).toEqual([]);
  await clock.advance(2 * hour);
  expect(syncs).toEqual(['acme']);
  await clock.advance(10 * hour);
  expect(syncs).toEqual(['acme']);
});

test('a list that could not be fetched is asked for four times an hour, no more', async () => {
  const { clock, syncs, upkeep, stand } = setUp();
  upkeep.start();
  for (let change = 0; change < 50; change++) stand({});
  expect(syncs).toHaveLength(1);
  await clock.advance(hour);
  expect(syncs).toHaveLength(5);
});

test('an old list that could not be fetched anew is asked for again soon, not half a day later', async () => {
  const { clock, syncs, upkeep, stand } = setUp({ syncedAgoMs: 13 * hour });
  upkeep.start();
  stand({ syncedAgoMs: 13 * hour, failed: true });
  expect(syncs).toHaveLength(1);
  await clock.advance(hour / 4);
  expect(syncs).toHaveLength(2);
});

test('nobody is asked while signed out; once the session is there, at once', () => {
  const { syncs, upkeep, stand } = setUp({ session: 'signed_out' });
  upkeep.start();
  stand({ session: 'unknown' });
  expect(syncs).toEqual([]);
  stand({ session: 'signed_in' });
  expect(syncs).toEqual(['acme']);
});

test('a sync under way is not doubled', () => {
  const { syncs, upkeep } = setUp({ syncing: true });
  upkeep.start();
  expect(syncs).toEqual([]);
});

test('a machine that slept over night looks as soon as it wakes', () => {
  const { clock, wake, syncs, upkeep } = setUp({ syncedAgoMs: hour });
  upkeep.start();
  clock.jump(12 * hour);
  wake.wake();
  expect(syncs).toEqual(['acme']);
});

test('closing lets go of timers and listeners', () => {
  const { clock, syncs, upkeep, stand } = setUp({ session: 'signed_out' });
  upkeep.start();
  upkeep.close();
  stand({});
  expect(syncs).toEqual([]);
  expect(clock.waiting).toBe(0);
});
