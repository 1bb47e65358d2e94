import { describe, expect, test } from 'vitest';
import { createConfirmations } from '../../../../main/confirmations/confirmations.ts';
import { createStateStore, emptyState } from '../../../../main/state.ts';
import type { Client, ClientProcess } from '../../../../shared/commands.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { accountsOf } from '../../../support/accounts.ts';
import { codeOf } from '../../../support/connections.ts';
import { createFakePorts, type FakePorts, settle } from '../../../support/fake-ports.ts';

const [dev, prod] = accountsOf(['dev'], ['prod']);
if (prod === undefined || dev === undefined) throw new Error('No accounts');
const never = new AbortController().signal;

async function open(ports: FakePorts = createFakePorts()) {
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  const confirmations = createConfirmations(ports, state);
  await confirmations.load();
  const question = () => state.get('confirmations')[0]?.id ?? 'none';
  return { ports, state, confirmations, question };
}

describe('a program may not answer itself', () => {
  const asker = (process: ClientProcess | null | undefined): Client => ({
    name: 'x',
    program: async () => 'script',
    process: async () => process,
  });
  // 10 is a terminal's shell, 20 a script in it, 21 what it runs to ask.
  const script: ClientProcess = { lineage: [21, 20, 10, 2], acting: [21, 20] };

  test.each<[string, ClientProcess | null | undefined, ClientProcess | null | undefined, boolean]>([
    ['the very process', script, script, false],
    ['what it has started', script, { lineage: [30, 21, 20, 10], acting: [] }, false],
    ['what the script started beside it', script, { lineage: [22, 20, 10, 2], acting: [] }, false],
    ['another program of the same terminal', script, { lineage: [31, 10, 2], acting: [] }, true],
    ['another terminal', script, { lineage: [41, 40, 2], acting: [] }, true],
    ['a connection that several hold', script, null, false],
    ['anybody, where several hold the asker’s', null, { lineage: [41, 40], acting: [] }, false],
    ['anybody, where the system does not tell', undefined, undefined, true],
    [
      'another, where the system tells of neither asker',
      undefined,
      { lineage: [41], acting: [] },
      true,
    ],
  ])('%s', async (_, asking, answering, allowed) => {
    const { confirmations, question } = await open();
    await confirmations.setPolicy(prod, 'always');
    const permitted = codeOf(confirmations.permit(prod, asker(asking), never));
    await settle();
    const id = question();
    if (allowed) confirmations.answer(id, true, answering);
    else {
      expect(() => confirmations.answer(id, true, answering)).toThrow(
        expect.objectContaining({ code: 'refused', hint: expect.any(String) }),
      );
      // It still waits, and may be told no by anybody.
      expect(question()).toBe(id);
      confirmations.answer(id, false, answering);
    }
    expect(await permitted).toBe(allowed ? undefined : 'refused');
  });

  test('nor may any of those who wait for the same answer', async () => {
    const { confirmations, question } = await open();
    await confirmations.setPolicy(prod, 'always');
    const other: ClientProcess = { lineage: [51, 50], acting: [51, 50] };
    const both = [asker(script), asker(other)].map((client) =>
      codeOf(confirmations.permit(prod, client, never)),
    );
    await settle();
    for (const one of [script, other]) {
      expect(() => confirmations.answer(question(), true, one)).toThrow(KeyfobError);
    }
    confirmations.answer(question(), true);
    expect(await Promise.all(both)).toEqual([undefined, undefined]);
  });
});

describe('who hangs up and asks again', () => {
  const sdk: Client = { name: 'sdk', program: async () => 'ci (grant 1)' };
  const impatient = { impatient: true };

  const asked = async (policy: 'first' | 'always') => {
    const stage = await open();
    await stage.confirmations.setPolicy(prod, policy);
    const gone = new AbortController();
    const first = codeOf(stage.confirmations.permit(prod, sdk, gone.signal, impatient));
    await settle();
    gone.abort(new KeyfobError('refused', 'gone'));
    await first;
    return stage;
  };

  test('the question stays, and the next request waits for the same answer', async () => {
    const { confirmations, question, state } = await asked('always');
    const id = question();
    const second = confirmations.permit(prod, sdk, never, impatient);
    await settle();
    expect(state.get('confirmations')).toHaveLength(1);
    confirmations.answer(id, true);
    await second;
  });

  test('a yes while nobody waits is for the next request, and for that alone', async () => {
    const { confirmations, question, state } = await asked('always');
    confirmations.answer(question(), true);
    await confirmations.permit(prod, sdk, never, impatient);
    const third = codeOf(confirmations.permit(prod, sdk, never, impatient));
    await settle();
    expect(state.get('confirmations')).toHaveLength(1);
    confirmations.answer(question(), false);
    expect(await third).toBe('refused');
  });

  test('where only the first is asked for, it is for all that come', async () => {
    const { confirmations, question, state } = await asked('first');
    confirmations.answer(question(), true);
    await confirmations.permit(prod, sdk, never, impatient);
    await confirmations.permit(prod, sdk, never, impatient);
    expect(state.get('confirmations')).toEqual([]);
  });

  test('such a yes lapses after a minute, is not for others, and not for another account', async () => {
    const { confirmations, ports, question, state } = await asked('always');
    await confirmations.setPolicy(dev, 'always');
    confirmations.answer(question(), true);
    const other: Client = { name: 'other', program: async () => 'other (grant 2)' };
    const stop = new AbortController();
    const waiting = [
      codeOf(confirmations.permit(prod, other, stop.signal)),
      codeOf(confirmations.permit(dev, sdk, stop.signal)),
    ];
    await settle();
    expect(state.get('confirmations')).toHaveLength(2);
    stop.abort(new KeyfobError('refused', 'gone'));
    await Promise.all(waiting);
    await ports.clock.advance(60_000);
    const late = codeOf(confirmations.permit(prod, sdk, never));
    await settle();
    expect(state.get('confirmations')).toHaveLength(1);
    confirmations.answer(question(), false);
    expect(await late).toBe('refused');
  });

  test('a no while nobody waits is no', async () => {
    const { confirmations, question, state } = await asked('always');
    confirmations.answer(question(), false);
    const second = codeOf(confirmations.permit(prod, sdk, never, impatient));
    await settle();
    expect(state.get('confirmations')).toHaveLength(1);
    confirmations.answer(question(), false);
    expect(await second).toBe('refused');
  });

  test('without an answer the question ends after a minute', async () => {
    const { ports, state } = await asked('always');
    await ports.clock.advance(60_000);
    expect(state.get('confirmations')).toEqual([]);
  });
});

describe('a damaged file', () => {
  const damaged = () => {
    const ports = createFakePorts();
    ports.files.contents.set('confirmations.json', '{"version":1,"confirm":{"acme/1/Admin":"alw');
    return ports;
  };

  test('every account asks, since nobody knows which had to', async () => {
    const { confirmations, state } = await open(damaged());
    expect(confirmations.asks(prod.id)).toBe(true);
    expect(confirmations.asks(dev.id)).toBe(true);
    expect(state.get('confirm')).toEqual({ '*': 'always' });
    expect(state.get('problems')).toMatchObject([{ code: 'file_damaged' }]);
  });

  test('also after a restart, when the damaged file is long set aside', async () => {
    const { ports } = await open(damaged());
    const { confirmations, state } = await open(createFakePorts({ files: ports.files }));
    expect(confirmations.asks(prod.id)).toBe(true);
    expect(state.get('problems')).toEqual([]);
  });

  test('until an account is set again, which holds for that one alone, over restarts', async () => {
    const { confirmations, ports } = await open(damaged());
    await confirmations.setPolicy(prod, 'never');
    expect(confirmations.asks(prod.id)).toBe(false);
    expect(confirmations.asks(dev.id)).toBe(true);
    const again = await open(createFakePorts({ files: ports.files }));
    expect(again.confirmations.asks(prod.id)).toBe(false);
    expect(again.confirmations.asks(dev.id)).toBe(true);
  });

  test('where nothing can be written either, nothing is handed out', async () => {
    const ports = damaged();
    ports.files.write = () => Promise.reject(new KeyfobError('disk_full', 'full'));
    const state = createStateStore(
      emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
    );
    expect(await codeOf(createConfirmations(ports, state).load())).toBe('disk_full');
  });
});
