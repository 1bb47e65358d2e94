import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { exceptionReply, namedException, type ServiceName, send } from './answers.ts';
import type { Context } from './context.ts';
import { oidcException, portalException, ServiceException, stsError } from './exceptions.ts';
import type { Fault, Faults } from './faults.ts';
import { type Reply, readRequest, type SimRequest } from './http.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { createLimiter } from './limiter.ts';
import type { Operation, Services } from './services.ts';

export interface ListenerParts {
  readonly context: Context;
  readonly services: Services;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly limiter: ReturnType<typeof createLimiter>;
  /** Answers `/_sim/…`; undefined for anything else. */
  control(request: SimRequest): Promise<Reply | undefined>;
}

/** One service on one loopback port. */
export interface Listener {
  /** Port 0: any at first, then the same again. */
  listen(port: number): Promise<void>;
  close(): Promise<void>;
  url(): string;
}

export function createListener(service: ServiceName, parts: ListenerParts): Listener {
  let server: Server | undefined;
  let kept = 0;
  return {
    async listen(port) {
      if (server !== undefined) return;
      const created = createServer((message, response) => {
        // Whoever hangs up in the middle of an answer is no fault of ours.
        response.on('error', () => response.destroy());
        serve(service, parts, message, response).catch(() => response.destroy());
      });
      await new Promise<void>((resolve, reject) => {
        created.once('error', reject);
        created.listen(port === 0 ? kept : port, '127.0.0.1', resolve);
      });
      kept = (created.address() as AddressInfo).port;
      server = created;
    },
    async close() {
      const closing = server;
      server = undefined;
      if (closing === undefined) return;
      await new Promise<void>((resolve) => {
        closing.close(() => resolve());
        closing.closeAllConnections();
      });
    },
    url: () => `http://127.0.0.1:${kept}`,
  };
}

async function serve(
  service: ServiceName,
  parts: ListenerParts,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await readRequest(message);
  const { context } = parts;
  const common = () => ({
    date: new Date(context.now()).toUTCString(),
    'x-amzn-requestid': request.requestId,
  });
  const controlled = await parts.control(request);
  if (controlled !== undefined) {
    send(response, controlled, common());
    return;
  }
  if (context.switches.down.includes(service)) {
    response.destroy();
    return;
  }
  const operation = parts.services.operationFor(service, request);
  const name = operation?.name ?? 'unknown';
  const entry: JournalEntry = {
    service,
    operation: name,
    at: context.now(),
    requestId: request.requestId,
    userAgent: message.headers['user-agent'] ?? '',
    status: 0,
  };
  parts.journal.add(entry);
  const { latencyMs } = context.switches;
  const latency = latencyMs[name] ?? latencyMs['*'] ?? 0;
  if (latency > 0) await delay(latency);
  await parts.faults.held(name);

  const fault = parts.faults.take(name);
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'reset') {
    response.destroy();
    return;
  }
  const reply = answer(service, parts, request, operation, fault);
  if (fault?.kind === 'lost') {
    response.destroy();
    return;
  }
  entry.status = reply.status;
  if (reply.exception !== undefined) entry.exception = reply.exception;
  send(response, reply, common(), fault);
}

function answer(
  service: ServiceName,
  { context, limiter }: ListenerParts,
  request: SimRequest,
  operation: Operation | undefined,
  fault: Fault | undefined,
): Reply {
  try {
    if (fault?.kind === 'exception') throw namedException(service, fault);
    if (fault?.kind === 'status') {
      return { status: fault.status, headers: fault.headers ?? {}, body: fault.body ?? '' };
    }
    if (service === 'portal' && !limiter.admit(context.switches.portalLimit)) {
      throw portalException('TooManyRequestsException', 'HTTP 429 Unknown Code');
    }
    if (operation === undefined) throw unknownOperation(service, request);
    return operation.handle(request);
  } catch (error) {
    const exception = error instanceof ServiceException ? error : failure(service, error);
    return exceptionReply(service, exception, request.requestId, context.switches.errorType);
  }
}

function unknownOperation(service: ServiceName, request: SimRequest): ServiceException {
  const message = `No operation at ${request.method} ${request.path}`;
  if (service === 'sts') return stsError('InvalidAction', message);
  return new ServiceException('UnknownOperationException', 404, message, { message });
}

/** A fault of the simulator itself: its text is for whoever mends it. */
function failure(service: ServiceName, error: unknown): ServiceException {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (service === 'sts') return stsError('InternalFailure', message);
  if (service === 'oidc') return oidcException('InternalServerException', message);
  return portalException('InternalServerException', message);
}
