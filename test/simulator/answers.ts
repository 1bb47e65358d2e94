import type { ServerResponse } from 'node:http';
import {
  oidcException,
  oidcExceptions,
  portalException,
  portalExceptions,
  ServiceException,
  stsError,
  stsErrors,
} from './exceptions.ts';
import type { Fault } from './faults.ts';
import { json, type Reply } from './http.ts';
import type { Switches } from './switches.ts';
import { element, xml } from './xml.ts';

export type ServiceName = 'oidc' | 'portal' | 'sts';

const namespaces = {
  oidc: 'com.amazonaws.sso.oidc',
  portal: 'com.amazonaws.switchboard.portal',
  sts: '',
} as const;

/** An exception as the service sends it: query XML for STS, else JSON with the type in a header. */
export function exceptionReply(
  service: ServiceName,
  exception: ServiceException,
  requestId: string,
  errorType: Switches['errorType'],
): Reply {
  const { shape, status, message } = exception;
  if (service === 'sts') {
    const body = xml('ErrorResponse', [
      element('Error', [
        element('Type', status < 500 ? 'Sender' : 'Receiver'),
        element('Code', shape),
        element('Message', message),
      ]),
      element('RequestId', requestId),
    ]);
    return { status, headers: { 'content-type': 'text/xml' }, body, exception: shape };
  }
  const namespace = namespaces[service];
  const inBody =
    errorType === 'code'
      ? { code: shape }
      : errorType === 'type'
        ? { __type: `${namespace}#${shape}` }
        : {};
  const reply = json(status, { ...exception.members, ...inBody });
  const header = `${shape}:http://internal.amazon.com/coral/${namespace}/`;
  return {
    ...reply,
    headers:
      errorType === 'header' ? { ...reply.headers, 'x-amzn-errortype': header } : reply.headers,
    exception: shape,
  };
}

/** The exception that a fault names; an unknown name is a mistake of the test. */
export function namedException(
  service: ServiceName,
  fault: Extract<Fault, { kind: 'exception' }>,
): ServiceException {
  const { name, message = 'Injected by the simulator', members = {} } = fault;
  if (service === 'oidc' && isKeyOf(oidcExceptions, name)) {
    return oidcException(name, message, members);
  }
  if (service === 'portal' && isKeyOf(portalExceptions, name))
    return portalException(name, message);
  if (service === 'sts' && isKeyOf(stsErrors, name)) return stsError(name, message);
  return new ServiceException('InternalFailure', 500, `No exception ${name} in ${service}`, {
    message: `No exception ${name} in ${service}`,
  });
}

function isKeyOf<T extends object>(table: T, name: string): name is keyof T & string {
  return Object.hasOwn(table, name);
}

/** Sends a reply, with the damage that a fault asks for. */
export function send(
  response: ServerResponse,
  reply: Reply,
  common: Readonly<Record<string, string>>,
  fault?: Fault,
): void {
  const damaged = damage(reply, fault);
  const body = Buffer.from(damaged.body);
  for (const [name, value] of Object.entries({ ...damaged.headers, ...common })) {
    response.setHeader(name, value);
  }
  response.setHeader('content-length', body.length);
  if (fault?.kind === 'truncated') {
    response.writeHead(damaged.status);
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
    return;
  }
  response.writeHead(damaged.status).end(body);
}

function damage(reply: Reply, fault: Fault | undefined): Reply {
  switch (fault?.kind) {
    case 'cut':
      return { ...reply, body: reply.body.slice(0, Math.floor(reply.body.length / 2)) };
    case 'not_json':
      return { ...reply, body: 'Service temporarily beautiful' };
    case 'empty':
      return { ...reply, body: '' };
    case 'oversized':
      return { ...reply, body: `{"padding":"${'x'.repeat(fault.bytes)}",${reply.body.slice(1)}` };
    case 'redirect':
      return { status: 302, headers: { location: fault.location }, body: '' };
    case 'content_type':
      return { ...reply, headers: { ...reply.headers, 'content-type': fault.value } };
    default:
      return reply;
  }
}
