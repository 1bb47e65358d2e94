import { asKeyfobError, isKeyfobError, type KeyfobError } from '../../shared/errors.ts';
import type { Clock, Log, Random } from '../ports.ts';
import { createTurns } from '../turns.ts';
import { settled } from '../waiting.ts';
import type { Keep, Provider, StoredSession, Tokens } from './provider.ts';
import { lapsed, overAtProvider, signedOut, stopping } from './session-errors.ts';
import { isRenewable, withTokens } from './stored-session.ts';
import { backoffMs, lifetimeMs, renewalLeadMs } from './timing.ts';
import type { Vault } from './vault.ts';

/**
 * The background renewal of one connection. One refresh at a time, whoever asks: the timer, a
 * tool, a refused token, the end of sleep.
 */
export interface Renewal {
  /** Looks at the session anew and arms the timer. Call after each change of the session. */
  schedule(): void;
  /**
   * Renews now, or joins the renewal under way. Right after a failure it fails with the same error
   * rather than press the provider. Resolves when the keychain has the new tokens.
   * Rejects with `sign_in_required` when the session is over, else with upstream's and the
   * keychain's codes.
   */
  renew(): Promise<void>;
  /**
   * Runs `task` while no refresh is under way and none may begin, since both may use up the one
   * refresh token; what session it leaves is in the keychain before its value is handed out. The
   * task goes on when callers lose interest, or a rotated refresh token would be lost with them.
   * Rejects as `renew`, and with what the task rejects with.
   */
  exclusively<T>(task: Task<T>): Promise<T>;
  /** The machine woke or its network came back: what waited is tried at once. */
  wake(): void;
  /** Why the last attempt failed; undefined after a success. */
  error(): KeyfobError | undefined;
  /** The session is another one now: forgets failures, ends a refresh under way unheard, goes on after `stop`. */
  reset(): void;
  /**
   * Ends the refresh under way and waits for its end, so that nothing comes after. Resolves with
   * the session that it got in spite of that, which only the provider may be shown.
   */
  stop(): Promise<StoredSession | undefined>;
  /** Lets a refresh under way finish for a moment, since its answer may be the only valid one. */
  close(): Promise<void>;
}

export interface RenewalOptions {
  readonly connection: string;
  readonly provider: Provider;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The provider ended the session, or it lapsed and can't be renewed. */
  readonly onEnded: (why: KeyfobError) => void;
  /** The session can't renew itself and ends soon. */
  readonly onExpiring: (accessToken: string) => void;
  /** The view may have changed: a failure, a success, a lapse. */
  readonly onChange: () => void;
}

/** Looked at again at least this often: timers sleep with the machine, and clocks get corrected. */
const longestWaitMs = 60 * 60_000;
/** Callers don't press a failing provider more often than this, whatever the backoff. */
const longestPauseForCallersMs = 5_000;
/** How long a person who signs out waits for a refresh under way. */
const graceMs = 5_000;
/** As long as a refresh may take: at the end of the helper, its answer may be the only valid token. */
const lastGraceMs = 11_000;

/** What a task that may use the refresh token comes to. */
export interface Outcome<T> {
  readonly value: T;
  /** The one that was given, where nothing changed. */
  readonly session: StoredSession | null;
}

export type Task<T, S = StoredSession> = (
  session: S,
  signal: AbortSignal,
  keep: Keep,
) => Promise<Outcome<T>>;

interface Run {
  readonly controller: AbortController;
  readonly promise: Promise<unknown>;
}

/** Creates the renewal of one connection; it sleeps until `schedule` is called. */
export function createRenewal(options: RenewalOptions): Renewal {
  const { connection, provider, vault, clock, random, log } = options;
  let running: (Run & { readonly promise: Promise<void> }) | undefined;
  /** Whoever may use up the refresh token, one after another. */
  let turns = createTurns();
  const tasks = new Set<Run>();
  let failures = 0;
  let failedAt = 0;
  let pauseMs = 0;
  let lastError: KeyfobError | undefined;
  let late: StoredSession | undefined;
  let cancelTimer: (() => void) | undefined;
  let wokeDuringRun = false;
  let closed = false;
  let stopped = false;
  /** One draw for each token, so that looking again does not move the moment. */
  let drawn: { accessToken: string; fraction: number } | undefined;

  const newest = () => vault.unwritten() ?? vault.stored();

  function leftMs(tokens: Tokens): number {
    return tokens.expiresAt - provider.now();
  }

  function untilDueMs(tokens: Tokens): number {
    if (drawn?.accessToken !== tokens.accessToken) {
      drawn = { accessToken: tokens.accessToken, fraction: random.fraction() };
    }
    return leftMs(tokens) - renewalLeadMs(tokens, drawn.fraction);
  }

  /** Milliseconds until the backoff allows another attempt. */
  function untilAllowedMs(): number {
    if (failures === 0) return 0;
    // Clamped, since a clock set back would stretch the pause.
    return Math.min(pauseMs, failedAt + pauseMs - clock.now());
  }

  function schedule(): void {
    cancelTimer?.();
    const session = newest();
    const tokens = session?.tokens;
    if (closed || stopped || running !== undefined || tokens === undefined) return;
    const due = untilDueMs(tokens);
    const moments = [longestWaitMs];
    if (leftMs(tokens) > 0) moments.push(leftMs(tokens));
    if (!isRenewable(session, provider.now())) moments.push(due > 0 ? due : longestWaitMs);
    else if (vault.unwritten() === undefined) moments.push(Math.max(due, untilAllowedMs()));
    cancelTimer = clock.after(Math.max(1, Math.ceil(Math.min(...moments))), tick);
  }

  function tick(): void {
    const session = newest();
    const tokens = session?.tokens;
    if (tokens === undefined) return;
    const renewable = isRenewable(session, provider.now());
    if (!renewable && leftMs(tokens) <= 0) {
      options.onEnded(lapsed(connection));
      return;
    }
    if (untilDueMs(tokens) <= 0) {
      if (!renewable) options.onExpiring(tokens.accessToken);
      // What waits for the keychain is written by the vault, which then lets us know.
      else if (vault.unwritten() === undefined && untilAllowedMs() <= 0) {
        start().catch(() => undefined);
      }
    }
    options.onChange();
    schedule();
  }

  function start(): Promise<void> {
    if (running !== undefined) return running.promise;
    cancelTimer?.();
    const controller = new AbortController();
    const promise = turns.run(() => attempt(controller.signal));
    const run = { controller, promise };
    running = run;
    const done = () => {
      if (running !== run) return;
      running = undefined;
      if (wokeDuringRun) forgetFailures();
      wokeDuringRun = false;
      options.onChange();
      schedule();
    };
    promise.then(done, done);
    return promise;
  }

  async function attempt(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw signedOut(connection);
    if (vault.unwritten() !== undefined) {
      // Asking for more would use the unstored refresh token, and so might retire the stored one.
      await vault.flush();
      const tokens = vault.stored()?.tokens;
      if (signal.aborted || (tokens !== undefined && untilDueMs(tokens) > 0)) return;
    }
    const session = vault.stored();
    if (!session || !isRenewable(session, provider.now())) throw signedOut(connection);
    let fresh: StoredSession;
    try {
      fresh = await provider.refresh(session, signal, keepIn(signal));
    } catch (error) {
      if (signal.aborted) throw signedOut(connection);
      const known = asKeyfobError(error);
      if (known.code !== 'invalid_grant') {
        failed(known);
        throw known;
      }
      const why = overAtProvider(connection, known);
      options.onEnded(why);
      throw why;
    }
    if (signal.aborted) {
      late = fresh;
      throw signedOut(connection);
    }
    // Tokens that are born dead count as a failure, or we would ask for more without end.
    if (fresh.tokens === undefined || lifetimeMs(fresh.tokens) < 1_000) failed(undefined);
    else forgetFailures();
    // From here on the vault tries again by itself, and says so in the view.
    await vault.write(withTokens(newest() ?? null, fresh));
    log('info', 'session_renewed', { connection });
  }

  /** For a session that is over, only the provider may be shown what came after. */
  function keepIn(signal: AbortSignal): Keep {
    return async (session) => {
      if (signal.aborted) late = session;
      else await vault.write(withTokens(newest() ?? null, session));
    };
  }

  async function perform<T>(task: Task<T>, signal: AbortSignal): Promise<T> {
    if (vault.unwritten() !== undefined) await vault.flush();
    const session = vault.stored();
    if (signal.aborted || session?.tokens === undefined) throw signedOut(connection);
    let outcome: Outcome<T>;
    try {
      outcome = await task(session, signal, keepIn(signal));
    } catch (error) {
      if (signal.aborted) throw signedOut(connection);
      if (!isKeyfobError(error, 'invalid_grant')) throw error;
      const why = overAtProvider(connection, error);
      options.onEnded(why);
      throw why;
    }
    if (signal.aborted) {
      if (outcome.session !== session && outcome.session !== null) late = outcome.session;
      throw signedOut(connection);
    }
    if (outcome.session !== session && outcome.session !== null) {
      await vault.write(withTokens(newest() ?? null, outcome.session));
    }
    return outcome.value;
  }

  function failed(error: KeyfobError | undefined): void {
    failures += 1;
    failedAt = clock.now();
    pauseMs = backoffMs(failures, random.fraction());
    lastError = error;
    log('warn', 'renewal_failed', { connection, failures, code: error?.code });
  }

  function forgetFailures(): void {
    failures = 0;
    lastError = undefined;
  }

  return {
    schedule,
    error: () => lastError,
    renew() {
      if (running !== undefined) return running.promise;
      if (closed) return Promise.reject(stopping());
      if (stopped) return Promise.reject(signedOut(connection));
      const sinceFailure = Math.abs(clock.now() - failedAt);
      if (lastError !== undefined && sinceFailure < Math.min(pauseMs, longestPauseForCallersMs)) {
        return Promise.reject(lastError);
      }
      return start();
    },
    exclusively(task) {
      if (closed) return Promise.reject(stopping());
      if (stopped) return Promise.reject(signedOut(connection));
      const controller = new AbortController();
      const promise = turns.run(() => perform(task, controller.signal));
      const run = { controller, promise };
      tasks.add(run);
      const done = () => void tasks.delete(run);
      promise.then(done, done);
      return promise;
    },
    wake() {
      if (closed || stopped) return;
      if (running !== undefined) {
        wokeDuringRun = true;
        return;
      }
      forgetFailures();
      tick();
    },
    reset() {
      running?.controller.abort();
      running = undefined;
      for (const { controller } of tasks) controller.abort();
      // Who was turned away may take a while to notice; the new session does not wait for that.
      turns = createTurns();
      wokeDuringRun = false;
      stopped = false;
      forgetFailures();
      schedule();
    },
    async stop() {
      stopped = true;
      cancelTimer?.();
      late = undefined;
      const runs = [...(running === undefined ? [] : [running]), ...tasks];
      if (runs.length === 0) return undefined;
      for (const { controller } of runs) controller.abort();
      await settled(clock, graceMs, Promise.allSettled(runs.map(({ promise }) => promise)));
      const session = late;
      late = undefined;
      return session;
    },
    async close() {
      closed = true;
      cancelTimer?.();
      const runs = [...(running === undefined ? [] : [running]), ...tasks];
      if (runs.length === 0) return;
      await settled(clock, lastGraceMs, Promise.allSettled(runs.map(({ promise }) => promise)));
      for (const { controller } of runs) controller.abort();
    },
  };
}
