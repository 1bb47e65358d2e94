import type { ServerResponse } from 'node:http';
import { KeyfobError } from '../../shared/errors.ts';

/** Aborted when the client has hung up before its answer. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(hungUp());
  });
  return gone.signal;
}

function hungUp(): KeyfobError {
  return new KeyfobError('refused', 'The client hung up before it was answered.');
}
