import type { IncomingMessage, ServerResponse } from 'node:http';
import { KeyfobError } from '../../shared/errors.ts';
import type { Log } from '../ports.ts';
import { prepareFailure, send } from './answers.ts';
import { failureOf } from './failures.ts';
import type { Respond } from './server.ts';

/** What answers at a path. */
export interface Route {
  readonly method: 'GET' | 'POST';
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

/** Answers with whatever was thrown, in the one form of all failures. */
export function sendFailure(response: ServerResponse, thrown: unknown, log: Log): void {
  const error = failureOf(thrown, log, 'endpoint');
  // The rest of a body that is too long is not worth reading.
  const headers = error.code === 'too_large' ? ['Connection', 'close'] : [];
  send(response, prepareFailure(error, { headers }));
}

/**
 * Leads each request to its route. Paths are compared as they are written: nothing is decoded,
 * joined or folded, so that there is one way to write each.
 *
 * @param known the paths there are, for the hint
 */
export function dispatch(
  find: (path: string) => Route | undefined,
  known: string,
  log: Log,
): Respond {
  return (request, response) => {
    const fail = (error: unknown) => sendFailure(response, error, log);
    try {
      const route = find(pathOf(request.url ?? ''));
      if (route === undefined) throw noSuchRoute(known);
      if (route.method !== request.method) return refuseMethod(response, route.method);
      route.handle(request, response)?.catch(fail);
    } catch (error) {
      fail(error);
    }
  };
}

function pathOf(target: string): string {
  const mark = target.indexOf('?');
  return mark === -1 ? target : target.slice(0, mark);
}

function noSuchRoute(known: string): KeyfobError {
  return new KeyfobError('not_found', 'There is nothing at this path.', {
    hint: `The routes are ${known}.`,
  });
}

function refuseMethod(response: ServerResponse, expected: string): void {
  const error = new KeyfobError('refused', `This path takes ${expected} alone.`, {
    hint: `Send ${expected}.`,
  });
  send(response, prepareFailure(error, { status: 405, headers: ['Allow', expected] }));
}
