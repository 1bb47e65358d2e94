import { expect, test } from 'vitest';
import { createConfirmations } from '../../../../main/confirmations/confirmations.ts';
import { createStateStore, emptyState } from '../../../../main/state.ts';
import type { Client } from '../../../../shared/commands.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { accountsOf } from '../../../support/accounts.ts';
import { codeOf } from '../../../support/connections.ts';
import { createFakePorts, type FakePorts, settle } from '../../../support/fake-ports.ts';

const [dev, prod] = accountsOf(['dev'], ['prod']);
if (prod === undefined || dev === undefined) throw new Error('No accounts');
const never = new AbortController().signal;
const called = (name: string | undefined): Client => ({ name: 'said', program: async () => name });
const terraform = called('terraform');

async function open(ports: FakePorts = createFakePorts()) {
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  const confirmations = createConfirmations(ports, state);
  await confirmations.load();
  const questions = () => state.get('confirmations');
  const answer = async (allow: boolean) => {
    await settle();
    confirmations.answer(questions()[0]?.id ?? 'none', allow);
  };
  return { ports, state, confirmations, questions, answer };
}

test('an account that asks nobody is handed out at once', async () => {
  const { confirmations, questions } = await open();
  expect(confirmations.asks(prod.id)).toBe(false);
  await confirmations.permit(prod, terraform, never);
  expect(questions()).toEqual([]);
});

test('one that always asks shows the question, tells of it once, and waits for the yes', async () => {
  const { answer, confirmations, ports, questions } = await open();
  await confirmations.setPolicy(prod, 'always');
  expect(confirmations.asks(prod.id)).toBe(true);
  const permitted = confirmations.permit(prod, terraform, never);
  await settle();
  expect(questions()).toEqual([
    {
      id: expect.stringMatching(/^[\w-]{16}$/),
      account: prod.id,
      path: 'acme/prod/Admin',
      client: 'terraform',
      askedAt: '2026-01-01T00:00:00.000Z',
      expiresAt: '2026-01-01T00:01:00.000Z',
    },
  ]);
  expect(ports.notifier.notices).toEqual([
    {
      kind: 'confirmation',
      connection: 'acme',
      message: 'terraform asks for the credentials of acme/prod/Admin.',
      confirmation: questions()[0]?.id,
    },
  ]);
  await answer(true);
  await permitted;
  expect(questions()).toEqual([]);
  expect(ports.clock.waiting).toBe(0);

  const again = confirmations.permit(prod, terraform, never);
  await answer(false);
  expect(await codeOf(again)).toBe('refused');
});

test('nothing said within a minute is a no', async () => {
  const { confirmations, ports, questions } = await open();
  await confirmations.setPolicy(prod, 'always');
  const code = codeOf(confirmations.permit(prod, terraform, never));
  await ports.clock.advance(59_999);
  expect(questions()).toHaveLength(1);
  await ports.clock.advance(1);
  expect(await code).toBe('refused');
  expect(questions()).toEqual([]);
});

test('`first` remembers a program that was allowed, for that account alone', async () => {
  const { answer, confirmations, questions } = await open();
  await confirmations.setPolicy(prod, 'first');
  await confirmations.setPolicy(dev, 'first');
  const first = confirmations.permit(prod, terraform, never);
  await answer(true);
  await first;
  await confirmations.permit(prod, terraform, never);

  for (const [account, client] of [
    [prod, called('curl')],
    [dev, terraform],
  ] as const) {
    const asked = confirmations.permit(account, client, never);
    await settle();
    expect(questions()).toHaveLength(1);
    await answer(false);
    expect(await codeOf(asked)).toBe('refused');
  }
});

test('`first` forgets when the helper ends, and when the policy is set anew', async () => {
  const { answer, confirmations, ports, questions } = await open();
  const allowOnce = async () => {
    const asked = confirmations.permit(prod, terraform, never);
    await answer(true);
    await asked;
  };
  await confirmations.setPolicy(prod, 'first');
  await allowOnce();
  await confirmations.setPolicy(prod, 'first');
  await allowOnce();

  const later = await open(ports);
  expect(later.state.get('confirm')).toEqual({ [prod.id]: 'first' });
  const asked = codeOf(later.confirmations.permit(prod, terraform, never));
  await later.answer(false);
  expect(await asked).toBe('refused');
  expect(questions()).toEqual([]);
});

test('a no is not remembered', async () => {
  const { answer, confirmations } = await open();
  await confirmations.setPolicy(prod, 'first');
  const no = codeOf(confirmations.permit(prod, terraform, never));
  await answer(false);
  expect(await no).toBe('refused');
  const yes = confirmations.permit(prod, terraform, never);
  await answer(true);
  await yes;
});

test('what a program calls itself is not believed', async () => {
  const { answer, confirmations, questions } = await open();
  await confirmations.setPolicy(prod, 'always');
  const failing: Client = { name: 'said', program: () => Promise.reject(new Error('gone')) };
  for (const client of [called(undefined), failing, undefined]) {
    const asked = confirmations.permit(prod, client, never);
    await settle();
    expect(questions()).toMatchObject([{ client: 'a local program' }]);
    await answer(true);
    await asked;
  }
});

test('many requests of one program are one question with one answer', async () => {
  const { answer, confirmations, ports, questions } = await open();
  await confirmations.setPolicy(prod, 'always');
  const all = Array.from({ length: 100 }, () => confirmations.permit(prod, terraform, never));
  await settle();
  expect(questions()).toHaveLength(1);
  expect(ports.notifier.notices).toHaveLength(1);
  await answer(true);
  await Promise.all(all);
});

test('a client that hangs up takes its question back, once nobody else waits for it', async () => {
  const { confirmations, questions } = await open();
  await confirmations.setPolicy(prod, 'always');
  const gone = [new AbortController(), new AbortController()];
  const codes = gone.map(({ signal }) => codeOf(confirmations.permit(prod, terraform, signal)));
  await settle();
  gone[0]?.abort(new KeyfobError('timeout', 'Gone.'));
  expect(await codes[0]).toBe('timeout');
  expect(questions()).toHaveLength(1);
  gone[1]?.abort(new KeyfobError('timeout', 'Gone.'));
  expect(await codes[1]).toBe('timeout');
  expect(questions()).toEqual([]);
});

test('more than twenty questions at a time are refused unseen', async () => {
  const { confirmations, questions } = await open();
  await confirmations.setPolicy(prod, 'always');
  const asked = Array.from({ length: 21 }, (_, n) =>
    codeOf(confirmations.permit(prod, called(`tool-${n}`), never)),
  );
  expect(await asked[20]).toBe('refused');
  expect(questions()).toHaveLength(20);
  await confirmations.close();
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['refused']));
});

test('an answer to a question that is over is not_found, and changes nothing', async () => {
  const { answer, confirmations, questions } = await open();
  await confirmations.setPolicy(prod, 'always');
  const asked = confirmations.permit(prod, terraform, never);
  await settle();
  const id = questions()[0]?.id ?? '';
  await answer(true);
  await asked;
  expect(() => confirmations.answer(id, false)).toThrow('over');
});

test('`never` ends the asking, and is what is not in the file', async () => {
  const { confirmations, ports, state } = await open();
  await confirmations.setPolicy(prod, 'always');
  await confirmations.setPolicy(dev, 'first');
  await confirmations.setPolicy(prod, 'never');
  expect(state.get('confirm')).toEqual({ [dev.id]: 'first' });
  expect(JSON.parse(ports.files.contents.get('confirmations.json') ?? '')).toEqual({
    version: 1,
    confirm: { [dev.id]: 'first' },
  });
  await confirmations.permit(prod, terraform, never);
});

test('a policy that could not be written does not hold', async () => {
  const { confirmations, ports, state } = await open();
  ports.files.fillDisk();
  await expect(confirmations.setPolicy(prod, 'always')).rejects.toMatchObject({
    code: 'disk_full',
  });
  expect(state.get('confirm')).toEqual({});
  expect(confirmations.asks(prod.id)).toBe(false);
});

test('a removed connection takes its policies with it, and no other', async () => {
  const { confirmations, state } = await open();
  const other = { ...dev, id: 'acme2/000000000001/Admin', connection: 'acme2' };
  await confirmations.setPolicy(prod, 'always');
  await confirmations.setPolicy(other, 'first');
  await confirmations.forget('acme');
  expect(state.get('confirm')).toEqual({ [other.id]: 'first' });
});

test('who must ask can not be read: that is said, and nobody guesses', async () => {
  const ports = createFakePorts();
  ports.files.fail(new KeyfobError('file_unreadable', 'No.'), 'read');
  await expect(open(ports)).rejects.toMatchObject({ code: 'file_unreadable' });
});

test('at the end everybody who waits is refused, and no timer is left', async () => {
  const { confirmations, ports } = await open();
  await confirmations.setPolicy(prod, 'always');
  const code = codeOf(confirmations.permit(prod, terraform, never));
  await settle();
  await confirmations.close();
  expect(await code).toBe('refused');
  expect(ports.clock.waiting).toBe(0);
});

test('what is made of an account that asks must ask as well, whatever it says itself', async () => {
  const ports = createFakePorts();
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  const [made] = accountsOf(['made']);
  if (made === undefined) return expect.unreachable();
  const confirmations = createConfirmations(ports, state, (id) =>
    id === made.id ? [made.id, prod.id] : [id],
  );
  await confirmations.load();
  expect(confirmations.asks(made.id)).toBe(false);
  await confirmations.setPolicy(prod, 'always');
  expect(confirmations.asks(made.id)).toBe(true);
  await confirmations.setPolicy(made, 'first');
  const asked = confirmations.permit(made, terraform, never);
  await settle();
  expect(state.get('confirmations')).toHaveLength(1);
  const [question] = state.get('confirmations');
  expect(question).toMatchObject({ account: made.id, path: made.path });
  confirmations.answer(question?.id ?? '', false);
  await expect(asked).rejects.toMatchObject({ code: 'refused' });
});
