import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../../shared/commands.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Log } from '../ports.ts';
import { prepareFailure, prepareJson, send } from './answers.ts';
import { prepareCredentials } from './aws-credentials.ts';
import { readJsonBody } from './body.ts';
import type { Events } from './events.ts';
import { failureOf } from './failures.ts';
import { createQueryReader } from './query.ts';
import type { Router } from './router.ts';
import type { Respond } from './server.ts';

/** What the routes answer from. */
export interface RoutesDeps {
  readonly accounts: Pick<Accounts, 'credentials' | 'cachedCredentials'>;
  readonly router: Router;
  readonly events: Events;
  readonly log: Log;
  /** The answer to `GET /v1/status`. */
  readonly status: () => unknown;
  /** Resolved once the accounts are known; requests for them wait for it. */
  readonly ready: Promise<void>;
}

interface Route {
  readonly method: 'GET' | 'POST';
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

const commandPrefix = '/v1/commands/';

/** The routes of the endpoint, the same behind every listener. `caller` is who speaks to this one. */
export function createRoutes(deps: RoutesDeps, caller: Caller): Respond {
  const { accounts, router, events, log, status, ready } = deps;
  const readAccount = createQueryReader(['account']);
  const readNothing = createQueryReader([]);

  async function fetchCredentials(account: string | undefined, response: ServerResponse) {
    const gone = goneSignal(response);
    await ready;
    const { credentials } = await accounts.credentials(account, gone);
    send(response, prepareCredentials(credentials));
  }

  const awsCredentials: Route = {
    method: 'GET',
    handle(request, response) {
      const account = readAccount(request.url ?? '').get('account');
      const cached = accounts.cachedCredentials(account)?.credentials;
      if (cached === undefined) return fetchCredentials(account, response);
      return send(response, prepareCredentials(cached));
    },
  };

  const statusRoute: Route = {
    method: 'GET',
    handle(request, response) {
      readNothing(request.url ?? '');
      send(response, prepareJson(200, status()));
    },
  };

  const eventsRoute: Route = {
    method: 'GET',
    handle(request, response) {
      readNothing(request.url ?? '');
      events.open(response);
    },
  };

  function commandRoute(name: string): Route {
    return {
      method: 'POST',
      async handle(request, response) {
        const signal = goneSignal(response);
        const outcome = await router.call(name, await readJsonBody(request), { caller, signal });
        if (outcome.ok) send(response, prepareJson(200, outcome));
        else send(response, prepareFailure(KeyfobError.fromInfo(outcome.error)));
      },
    };
  }

  function find(path: string): Route | undefined {
    if (path === '/v1/aws/credentials') return awsCredentials;
    if (path === '/v1/status') return statusRoute;
    if (path === '/v1/events') return eventsRoute;
    if (path.startsWith(commandPrefix)) return commandRoute(path.slice(commandPrefix.length));
    return undefined;
  }

  return (request, response) => {
    const fail = (thrown: unknown) => {
      const error = failureOf(thrown, log, 'endpoint');
      // The rest of a body that is too long is not worth reading.
      const headers = error.code === 'too_large' ? ['Connection', 'close'] : [];
      send(response, prepareFailure(error, { headers }));
    };
    try {
      const path = pathOf(request.url ?? '');
      const route = find(path);
      if (route === undefined) throw noSuchRoute();
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

/** Aborted when the client has hung up before its answer. */
function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(hungUp());
  });
  return gone.signal;
}

function hungUp(): KeyfobError {
  return new KeyfobError('refused', 'The client hung up before it was answered.');
}

function noSuchRoute(): KeyfobError {
  return new KeyfobError('not_found', 'There is nothing at this path.', {
    hint: 'The routes are /v1/aws/credentials, /v1/status, /v1/events and /v1/commands/<name>.',
  });
}

function refuseMethod(response: ServerResponse, expected: string): void {
  const error = new KeyfobError('refused', `This path takes ${expected} alone.`, {
    hint: `Send ${expected}.`,
  });
  send(response, prepareFailure(error, { status: 405, headers: ['Allow', expected] }));
}
