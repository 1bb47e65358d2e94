import { asKeyfobError } from '../shared/errors.ts';
import type { Settings, Slice, State } from '../shared/model.ts';
import type { Clock } from './ports.ts';

export type SliceListener = <S extends Slice>(slice: S, value: State[S]) => void;

/** The one store of what clients see. */
export interface StateStore {
  /** The present state. Treat as frozen. */
  snapshot(): State;
  get<S extends Slice>(slice: S): State[S];
  /** Replaces a slice and tells the listeners, unless the value is the very same object. */
  set<S extends Slice>(slice: S, value: State[S]): void;
  update<S extends Slice>(slice: S, change: (value: State[S]) => State[S]): void;
  /** Called after each change of a slice, in order. Returns the way to stop. */
  subscribe(listener: SliceListener): () => void;
}

/** Creates the store around a first state. Listeners that throw do not keep others from hearing. */
export function createStateStore(initial: State): StateStore {
  let state = initial;
  const listeners = new Set<SliceListener>();

  function set<S extends Slice>(slice: S, value: State[S]): void {
    if (state[slice] === value) return;
    state = { ...state, [slice]: value };
    for (const listener of [...listeners]) {
      try {
        listener(slice, value);
      } catch {
        // A client's transport failing is that client's affair.
      }
    }
  }

  return {
    snapshot: () => state,
    get: (slice) => state[slice],
    set,
    update: (slice, change) => set(slice, change(state[slice])),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Shows a failure that nobody waits for among the problems. */
export function noteProblem(state: StateStore, clock: Clock, error: unknown): void {
  const since = new Date(clock.now()).toISOString();
  const { code, message, hint } = asKeyfobError(error).toInfo();
  const problem = { code, message, since, ...(hint === undefined ? {} : { hint }) };
  state.update('problems', (problems) => [...problems, problem]);
}

/** What holds until the person chooses. */
export const defaultSettings: Settings = {
  browser: null,
  theme: 'system',
  notifications: { expiring: true, signInRequired: true, signedIn: true, confirmation: true },
  openAtLogin: false,
  updates: 'automatic',
  closeExplained: false,
};

/** A state with nothing in it yet. */
export function emptyState(helper: State['helper']): State {
  return {
    helper,
    connections: [],
    signIns: [],
    accounts: [],
    active: null,
    favourites: [],
    recent: [],
    credentials: {},
    problems: [],
    settings: defaultSettings,
    confirmations: [],
    prompts: [],
    confirm: {},
    grants: [],
    activity: [],
  };
}
