import type { IncomingMessage } from 'node:http';
import type { Caller } from '../../shared/commands/spec.ts';
import type { Client } from '../../shared/commands.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { Log } from '../ports.ts';
import { type AccountRoutesDeps, accountRoutes } from './account-routes.ts';
import { prepareFailure, prepareJson, send } from './answers.ts';
import { readJsonBody } from './body.ts';
import { dispatch, type Route } from './dispatch.ts';
import type { Events } from './events.ts';
import { goneSignal } from './gone.ts';
import { createQueryReader } from './query.ts';
import type { Router } from './router.ts';
import type { Respond } from './server.ts';

/** What the routes of the socket answer from. */
export interface RoutesDeps extends AccountRoutesDeps {
  readonly clientOf: (request: IncomingMessage) => Client;
  readonly router: Router;
  readonly events: Events;
  readonly log: Log;
  /** The answer to `GET /v1/status`. */
  readonly status: () => unknown;
}

const commandPrefix = '/v1/commands/';
const known =
  '/v1/aws/credentials, /v1/aws/container, /v1/token, /v1/status, /v1/events and /v1/commands/<name>';

/** The routes of the private socket: everything. `caller` is who speaks to it. */
export function createRoutes(deps: RoutesDeps, caller: Caller): Respond {
  const { clientOf, router, events, log, status } = deps;
  const account = accountRoutes(deps, (request) => ({
    client: clientOf(request),
    listener: caller,
  }));
  const readNothing = createQueryReader([]);

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
        const context = { caller, signal, client: clientOf(request) };
        const outcome = await router.call(name, await readJsonBody(request), context);
        if (outcome.ok) send(response, prepareJson(200, outcome));
        else send(response, prepareFailure(KeyfobError.fromInfo(outcome.error)));
      },
    };
  }

  function find(path: string): Route | undefined {
    if (path === '/v1/aws/credentials') return account.credentials;
    if (path === '/v1/aws/container') return account.container;
    if (path === '/v1/token') return account.token;
    if (path === '/v1/status') return statusRoute;
    if (path === '/v1/events') return eventsRoute;
    if (path.startsWith(commandPrefix)) return commandRoute(path.slice(commandPrefix.length));
    return undefined;
  }

  return dispatch(find, known, log);
}
