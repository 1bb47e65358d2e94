import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Client } from '../../shared/commands.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { Grant } from '../../shared/model.ts';
import type { Activity } from '../activity/activity.ts';
import type { Grants } from '../grants/grants.ts';
import type { Clock, Log } from '../ports.ts';
import { type AccountRoutesDeps, accountRoutes } from './account-routes.ts';
import { prepareFailure, prepareJson, send } from './answers.ts';
import { type Asker, grantInvalid } from './asker.ts';
import { welcome } from './connection-room.ts';
import { dispatch, type Route, sendFailure } from './dispatch.ts';
import { createQueryReader } from './query.ts';
import type { Respond } from './server.ts';
import { createThrottle } from './throttle.ts';

/** What the routes of 127.0.0.1 answer from. */
export interface LoopbackRoutesDeps extends AccountRoutesDeps {
  readonly grants: Pick<Grants, 'find' | 'again' | 'used'>;
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
  const admitted = new WeakMap<Socket, Admitted>();
  const turnedAway = new WeakSet<Socket>();
  const readNothing = createQueryReader([]);
  let loaded = false;
  grantsLoaded.then(
    () => {
      loaded = true;
    },
    () => undefined, // Told to whoever asks.
  );

  const account = accountRoutes(deps, (request) => {
    const asker = admitted.get(request.socket)?.asker;
    // Nobody comes here without; if it were otherwise, nobody should get anything.
    if (asker === undefined) throw grantInvalid();
    return asker;
  });

  const statusRoute: Route = {
    method: 'GET',
    handle(request, response) {
      readNothing(request.url ?? '');
      const { version, protocol } = status();
      const grant = admitted.get(request.socket)?.grant;
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
    turnedAway.add(socket);
    socket.pause();
    const answer = () => send(response, wrongTokenAnswer);
    if (!throttle.delay(socket.remoteAddress ?? '', answer)) send(response, tooManyAnswer);
  }

  /**
   * Whose token came, if it holds. A connection that sends the token again that it has been let in
   * with is known by that: comparing it tells only those something who have the token already.
   */
  function grantOf(socket: Socket, authorization: string | undefined): Grant | undefined {
    const before = admitted.get(socket);
    if (before !== undefined && before.authorization === authorization) {
      const grant = grants.again(before.grant);
      if (grant === before.grant) return grant;
    }
    const token = bearerOf(authorization);
    const grant = token === undefined ? undefined : grants.find(token);
    if (authorization === undefined || grant === undefined) {
      admitted.delete(socket);
      return undefined;
    }
    const asker: Asker = { client: clientOf(grant), listener: 'loopback', grant };
    admitted.set(socket, { authorization, grant, asker });
    return grant;
  }

  function admit(request: IncomingMessage, response: ServerResponse): void {
    const { socket, headers } = request;
    // What comes over a connection after a wrong token is not looked at.
    if (turnedAway.has(socket)) return;
    const grant = grantOf(socket, headers.authorization);
    if (grant === undefined) {
      turnAway(request, response);
      return;
    }
    welcome(socket);
    grants.used(grant);
    // Routes ask who it is before they first wait, hence before this connection's next request.
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

/** Whom a connection's last request came from. */
interface Admitted {
  /** The header as it was sent. */
  readonly authorization: string;
  readonly grant: Grant;
  readonly asker: Asker;
}

/** RFC 6750 section 2.1, or the token alone: AWS's SDKs send what they were given as it is. */
function bearerOf(authorization: string | undefined): string | undefined {
  return authorization?.replace(/^bearer +/i, '');
}

/** Whoever has a grant's token goes by what its maker called it. */
function clientOf({ id, label }: Grant): Client {
  return { name: label, program: async () => `${label} (grant ${id})` };
}

const closing = ['Connection', 'close'];
const wrongTokenAnswer = prepareFailure(grantInvalid(), {
  headers: [...closing, 'WWW-Authenticate', 'Bearer realm="keyfob"'],
});
const tooManyAnswer = prepareFailure(
  new KeyfobError('too_many_requests', 'Too many wrong tokens.', { hint: 'Wait a minute.' }),
  { status: 429, headers: [...closing, 'Retry-After', '60'] },
);
