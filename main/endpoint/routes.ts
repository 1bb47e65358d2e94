import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../../shared/commands/spec.ts';
import type { Client } from '../../shared/commands.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Activity } from '../activity/activity.ts';
import { asAsked, outcomeOf } from '../activity/recorded.ts';
import type { Confirmations } from '../confirmations/confirmations.ts';
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
  readonly accounts: Pick<Accounts, 'resolve' | 'credentials' | 'cachedCredentials'>;
  readonly confirmations: Pick<Confirmations, 'asks' | 'permit'>;
  readonly activity: Pick<Activity, 'record'>;
  readonly clientOf: (request: IncomingMessage) => Client;
  readonly router: Router;
  readonly events: Events;
  readonly log: Log;
  /** The answer to `GET /v1/status`. */
  readonly status: () => unknown;
  /** Resolved once the accounts are known; requests for them wait for it. */
  readonly ready: Promise<void>;
}

/** An account, for the record. */
interface Named {
  readonly path: string | null;
  readonly connection: string | null;
}

interface Route {
  readonly method: 'GET' | 'POST';
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

const commandPrefix = '/v1/commands/';

/** The routes of the endpoint, the same behind every listener. `caller` is who speaks to this one. */
export function createRoutes(deps: RoutesDeps, caller: Caller): Respond {
  const { accounts, confirmations, activity, clientOf, router, events, log, status, ready } = deps;
  const readAccount = createQueryReader(['account']);
  const readNothing = createQueryReader([]);

  function note(client: Client, { path, connection }: Named, outcome: string): void {
    const what = 'aws-credentials';
    const { name } = client;
    activity.record({ client: name, listener: caller, account: path, connection, what, outcome });
  }

  /** For whoever has to wait: for the catalogue, for the provider, or for a person. */
  async function fetchCredentials(
    text: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    const gone = goneSignal(response);
    const client = clientOf(request);
    try {
      await ready;
      let { account, credentials } = await accounts.credentials(text, gone);
      if (confirmations.asks(account.id)) {
        await confirmations.permit(account, client, gone);
        // They may have lapsed while the person thought about it.
        ({ account, credentials } = await accounts.credentials(account.id, gone));
      }
      note(client, account, 'ok');
      send(response, prepareCredentials(credentials));
    } catch (error) {
      if (!gone.aborted) note(client, nameOf(text), outcomeOf(error));
      throw error;
    }
  }

  /** What was asked for, as far as it can be told. */
  function nameOf(text: string | undefined): Named {
    try {
      return accounts.resolve(text);
    } catch {
      return { path: asAsked(text), connection: null };
    }
  }

  const awsCredentials: Route = {
    method: 'GET',
    handle(request, response) {
      const text = readAccount(request.url ?? '').get('account');
      const cached = accounts.cachedCredentials(text);
      if (cached === undefined || confirmations.asks(cached.account.id)) {
        return fetchCredentials(text, request, response);
      }
      note(clientOf(request), cached.account, 'ok');
      return send(response, prepareCredentials(cached.credentials));
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
        const context = { caller, signal, client: clientOf(request) };
        const outcome = await router.call(name, await readJsonBody(request), context);
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
