import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Client } from '../../shared/commands.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { Grant } from '../../shared/model.ts';
import type { Activity } from '../activity/activity.ts';
import type { Grants } from '../grants/grants.ts';
import type { Clock, Log } from '../ports.ts';
import { type AccountRoutesDeps, accountRoutes } from './account-routes.ts';
import { prepareFailure, prepareJson, send } from './answers.ts';
import { welcome } from './connection-room.ts';
import { dispatch, type Route, sendFailure } from './dispatch.ts';
import { createQueryReader } from './query.ts';
import type { Respond } from './server.ts';
import { createThrottle } from './throttle.ts';

/** What the routes of 127.0.0.1 answer from. */
export interface LoopbackRoutesDeps extends AccountRoutesDeps {
  readonly grants: Pick<Grants, 'find' | 'used'>;
  /** Resolved once the grants are known. */
  readonly grantsLoaded: Promise<void>;
  readonly activity: Pick<Activity, 'record'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Keyfob's version and protocol, for `GET /v1/status`. */
  readonly status: () => { readonly version: string; readonly protocol: number };
}

const known = '/v1/aws/container, /v1/token and /v1/status';

/**
 * The routes of 127.0.0.1. First of all the bearer token has to be a grant's: without one, nobody
 * even learns which paths there are.
 */
export function createLoopbackRoutes(deps: LoopbackRoutesDeps): Respond {
  const { grants, grantsLoaded, activity, clock, log, status } = deps;
  const throttle = createThrottle(clock);
  const grantOf = new WeakMap<IncomingMessage, Grant>();
  const readNothing = createQueryReader([]);
  let loaded = false;
  grantsLoaded.then(
    () => {
      loaded = true;
    },
    () => undefined, // Told to whoever asks.
  );

  const account = accountRoutes(deps, (request) => {
    const grant = grantOf.get(request);
    // Nobody comes here without; if it were otherwise, nobody should get anything.
    if (grant === undefined) throw wrongToken();
    return { client: clientOf(grant), listener: 'loopback', grant };
  });

  const statusRoute: Route = {
    method: 'GET',
    handle(request, response) {
      readNothing(request.url ?? '');
      const { version, protocol } = status();
      const grant = grantOf.get(request);
      const told = grant && { label: grant.label, expiresAt: grant.expiresAt };
      send(response, prepareJson(200, { version, protocol, grant: told }));
    },
  };

  const enter = dispatch(
    (path) => {
      if (path === '/v1/aws/container') return account.container;
      if (path === '/v1/token') return account.token;
      if (path === '/v1/status') return statusRoute;
      return undefined;
    },
    known,
    log,
  );

  function turnAway(request: IncomingMessage, response: ServerResponse): void {
    activity.record({
      // Nobody knows who it is, and what it calls itself could fill the record with names.
      client: 'a local program',
      listener: 'loopback',
      account: null,
      connection: null,
      what: 'grant-refused',
      outcome: 'grant_invalid',
    });
    const { socket } = request;
    // Whatever else comes over this connection is not looked at.
    socket.pause();
    const answer = () => send(response, wrongTokenAnswer);
    if (!throttle.delay(socket.remoteAddress ?? '', answer)) send(response, tooManyAnswer);
  }

  function admit(request: IncomingMessage, response: ServerResponse): void {
    const token = bearerOf(request.headers.authorization);
    const grant = token === undefined ? undefined : grants.find(token);
    if (grant === undefined) {
      turnAway(request, response);
      return;
    }
    welcome(request.socket);
    grants.used(grant);
    grantOf.set(request, grant);
    enter(request, response);
  }

  return (request, response) => {
    if (loaded) return admit(request, response);
    grantsLoaded.then(
      () => admit(request, response),
      (error: unknown) => sendFailure(response, error, log),
    );
  };
}

/** RFC 6750 section 2.1, or the token alone: AWS's SDKs send what they were given as it is. */
function bearerOf(authorization: string | undefined): string | undefined {
  return authorization?.replace(/^bearer +/i, '');
}

/** Whoever has a grant's token goes by what its maker called it. */
function clientOf({ id, label }: Grant): Client {
  return { name: label, program: async () => `${label} (grant ${id})` };
}

function wrongToken(): KeyfobError {
  return new KeyfobError('grant_invalid', 'The Authorization header names no grant that holds.', {
    hint: 'Make one with `keyfob grant create`, and send its token.',
  });
}

const closing = ['Connection', 'close'];
const wrongTokenAnswer = prepareFailure(wrongToken(), {
  headers: [...closing, 'WWW-Authenticate', 'Bearer realm="keyfob"'],
});
const tooManyAnswer = prepareFailure(
  new KeyfobError('too_many_requests', 'Too many wrong tokens.', { hint: 'Wait a minute.' }),
  { status: 429, headers: [...closing, 'Retry-After', '60'] },
);
