import type { ServerResponse } from 'node:http';
import { KeyfobError } from '../../shared/errors.ts';
import { type Slice, type State, stateSchema } from '../../shared/model.ts';
import { protocolVersion } from '../../shared/protocol.ts';
import type { Clock } from '../ports.ts';
import type { StateStore } from '../state.ts';
import { prepareFailure, send } from './answers.ts';

/** The stream of state changes for clients on the private socket. */
export interface Events {
  /** Sends one snapshot, then slices as they change, until the client leaves. */
  open(response: ServerResponse): void;
  /** Ends every stream. */
  close(): void;
}

export interface EventsOptions {
  /** A comment is sent this often, so that a dead peer is noticed; default 15,000. */
  readonly heartbeatMs?: number;
  /** The shortest time between two batches to one client; default 50. */
  readonly batchMs?: number;
  /** A client that takes nothing for this long is dropped; default 10,000. */
  readonly patienceMs?: number;
  /** How many streams may be open at once; default 64. */
  readonly streams?: number;
}

interface Stream {
  /** Slices changed since the client last got them. */
  readonly changed: Set<Slice>;
  flush(): void;
  end(): void;
}

/**
 * Server-sent events: `state` with the snapshot, then `slice` with `{slice, value}`.
 *
 * A slice that changes again before it was sent is sent once, in its latest form: a slow client
 * costs no more memory than one state, and one that stops reading is dropped.
 */
export function createEvents(state: StateStore, clock: Clock, options: EventsOptions = {}): Events {
  const { heartbeatMs = 15_000, batchMs = 50, patienceMs = 10_000, streams: most = 64 } = options;
  const streams = new Set<Stream>();
  const serialise = createSliceSerialiser();
  let unsubscribe: (() => void) | undefined;

  function snapshot(): string {
    const present = state.snapshot();
    const parts = slices.map((slice) => `"${slice}":${serialise(slice, present[slice])}`);
    return `event: state\ndata: {${parts.join(',')}}\n\n`;
  }

  function sliceEvent(slice: Slice): string {
    const value = serialise(slice, state.get(slice));
    return `event: slice\ndata: {"slice":"${slice}","value":${value}}\n\n`;
  }

  function createStream(response: ServerResponse): Stream {
    const changed = new Set<Slice>();
    let cancelBatch: (() => void) | undefined;
    let cancelPatience: (() => void) | undefined;
    let cancelHeartbeat = () => {};
    let waiting = false;

    function write(text: string): void {
      // node:http would raise an error that nobody listens for.
      if (response.writableEnded || response.write(text)) return;
      waiting = true;
      cancelPatience ??= clock.after(patienceMs, () => response.destroy());
    }
    function beat(): void {
      if (!waiting) write(': still here\n\n');
      cancelHeartbeat = clock.after(heartbeatMs, beat);
    }
    function flush(): void {
      if (waiting || cancelBatch !== undefined || changed.size === 0) return;
      const text = [...changed].map(sliceEvent).join('');
      changed.clear();
      write(text);
      cancelBatch = clock.after(batchMs, () => {
        cancelBatch = undefined;
        flush();
      });
    }
    response.on('drain', () => {
      waiting = false;
      cancelPatience?.();
      cancelPatience = undefined;
      flush();
    });
    response.once('close', () => {
      cancelBatch?.();
      cancelPatience?.();
      cancelHeartbeat();
      forget(stream);
    });

    const stream: Stream = { changed, flush, end: () => response.end() };
    cancelHeartbeat = clock.after(heartbeatMs, beat);
    write(snapshot());
    return stream;
  }

  function forget(stream: Stream): void {
    streams.delete(stream);
    if (streams.size > 0) return;
    unsubscribe?.();
    unsubscribe = undefined;
  }

  return {
    open(response) {
      if (streams.size >= most) return send(response, tooMany(most));
      response.writeHead(200, {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store',
        'Keyfob-Protocol': String(protocolVersion),
      });
      unsubscribe ??= state.subscribe((slice) => {
        for (const stream of streams) {
          stream.changed.add(slice);
          // All that changes in one go travels together.
          queueMicrotask(stream.flush);
        }
      });
      streams.add(createStream(response));
    },
    close() {
      for (const stream of [...streams]) stream.end();
    },
  };
}

const slices = Object.keys(stateSchema.shape) as Slice[];

/** Serialises what the schema knows of a slice, once for all clients. */
function createSliceSerialiser(): <S extends Slice>(slice: S, value: State[S]) => string {
  const last = new Map<Slice, { readonly value: unknown; readonly text: string }>();
  return (slice, value) => {
    const known = last.get(slice);
    if (known !== undefined && known.value === value) return known.text;
    const text = JSON.stringify(stateSchema.shape[slice].parse(value));
    last.set(slice, { value, text });
    return text;
  };
}

function tooMany(most: number) {
  const error = new KeyfobError('refused', `More than ${most} event streams are open already.`, {
    hint: 'Close some of the programs that watch Keyfob.',
  });
  return prepareFailure(error, { status: 503 });
}
