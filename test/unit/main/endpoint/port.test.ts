import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listenOnKeptPort } from '../../../../main/endpoint/port.ts';
import { createEndpointServer } from '../../../../main/endpoint/server.ts';
import { createStateStore, emptyState } from '../../../../main/state.ts';
import { codeOf } from '../../../support/connections.ts';
import { createFakePorts } from '../../../support/fake-ports.ts';

test('a port that stays taken is tried again and again, and leaves nothing with the server', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  onTestFinished(() => void occupant.close());
  const { port } = occupant.address() as AddressInfo;

  const ports = createFakePorts();
  ports.files.contents.set('endpoint.json', JSON.stringify({ version: 1, port }));
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  const server = createEndpointServer(
    () => undefined,
    () => undefined,
    ports.clock,
  );
  const listeners = () => ['listening', 'error'].map((event) => server.http.listenerCount(event));
  const before = listeners();
  let over = false;
  const options = { ports, state, reliedOn: async () => true, patienceMs: 2_000 };
  const outcome = codeOf(listenOnKeptPort(server, options)).finally(() => {
    over = true;
  });
  while (!over) {
    await ports.clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await outcome).toBe('port_taken');
  expect(listeners()).toEqual(before);
});
