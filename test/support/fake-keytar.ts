import type { Keytar } from '../../main/platform/keychain.ts';

/** A keychain in memory behind keytar's calls, which dies or fails when told to. */
export interface FakeKeytar extends Keytar {
  /** Account to secret; of one service, as Keyfob uses only one. */
  readonly items: Map<string, string>;
  /** How many calls have changed or read anything. */
  readonly steps: number;
  /** Every call from the nth on (counted from now, the first is 0) rejects and does nothing. */
  dieAt(step: number): void;
  /** Every call rejects with this, as keytar does: a message and no code. */
  failWith(message: string): void;
  heal(): void;
  /** Calls from now on wait until the returned function is called. */
  hold(): () => void;
}

/** The most that Windows keeps in one item. */
const maxBytes = 2_560;

export function createFakeKeytar(items = new Map<string, string>()): FakeKeytar {
  let steps = 0;
  let death = Number.POSITIVE_INFINITY;
  let failure: string | undefined;
  let held: Promise<void> | undefined;

  async function step(): Promise<void> {
    const mine = steps++;
    await held;
    if (mine >= death) throw new Error('killed');
    if (failure !== undefined) throw new Error(failure);
  }

  return {
    items,
    get steps() {
      return steps;
    },
    async getPassword(_service, account) {
      await step();
      return items.get(account) ?? null;
    },
    async setPassword(_service, account, password) {
      await step();
      if (password === '') throw new Error('Password is required.');
      if (Buffer.byteLength(password) > maxBytes) throw new Error('The stub received bad data.');
      // What a C string carries.
      items.set(account, password.toWellFormed().split('\0', 1)[0] ?? '');
    },
    async deletePassword(_service, account) {
      await step();
      return items.delete(account);
    },
    dieAt(step) {
      death = steps + step;
    },
    failWith(message) {
      failure = message;
    },
    heal() {
      death = Number.POSITIVE_INFINITY;
      failure = undefined;
    },
    hold() {
      const gate = Promise.withResolvers<void>();
      held = gate.promise;
      return () => {
        if (held === gate.promise) held = undefined;
        gate.resolve();
      };
    },
  };
}
