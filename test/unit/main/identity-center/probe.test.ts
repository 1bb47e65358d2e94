import { expect, test } from 'vitest';
import { probe, probeTimeoutMs } from '../../../../main/identity-center/probe.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { codeOf } from '../../../support/connections.ts';
import { createFakePorts, jsonResponse } from '../../../support/fake-ports.ts';

const url = 'https://oidc.eu-west-1.amazonaws.com/';

test.each([200, 403, 404, 500, 302])('an answer %d is an answer', async (status) => {
  const ports = createFakePorts();
  ports.fetch.on(url, jsonResponse({}, { status, headers: { date: 'now' } }));
  expect(await probe('oidc', 'eu-west-1', ports)).toEqual({
    host: 'oidc.eu-west-1.amazonaws.com',
    date: 'now',
  });
  expect(ports.clock.waiting).toBe(0);
});

test('none within five seconds is a timeout that says where to look', async () => {
  const ports = createFakePorts();
  let given: AbortSignal | undefined;
  ports.fetch.on(url, (request) => {
    given = request.signal;
    return new Promise(() => undefined);
  });
  const asked = probe('oidc', 'eu-west-1', ports).catch((error: unknown) => error);
  await ports.clock.advance(probeTimeoutMs);
  expect(await asked).toMatchObject({
    code: 'timeout',
    hint: expect.stringContaining('HTTPS_PROXY'),
  });
  expect(given?.aborted).toBe(true);
});

test('what kept it from getting there is passed on', async () => {
  const ports = createFakePorts();
  ports.fetch.on(url, () => {
    throw new KeyfobError('tls_error', 'Untrusted.');
  });
  expect(await codeOf(probe('oidc', 'eu-west-1', ports))).toBe('tls_error');
  expect(await codeOf(probe('oidc', 'mars-1', ports))).toBe('invalid_region');
});

test('a caller that gives up is not kept waiting', async () => {
  const ports = createFakePorts();
  ports.fetch.on(url, () => new Promise(() => undefined));
  const gone = new AbortController();
  const code = codeOf(probe('oidc', 'eu-west-1', ports, gone.signal));
  gone.abort(new KeyfobError('refused', 'Gone.'));
  expect(await code).toBe('refused');
  expect(ports.clock.waiting).toBe(0);
});
