import type { Slice, State } from '../shared/model.ts';

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
  };
}
