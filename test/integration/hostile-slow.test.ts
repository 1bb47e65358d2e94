import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type HostileStage, openHostileStage, type Target } from '../support/hostile-stage.ts';

/** Who takes their time, or takes all the room. */

interface Slow {
  readonly sockets: readonly Socket[];
  /** How many the helper has hung up on. */
  readonly closed: () => number;
  readonly received: () => string;
}

function open({ at }: Target, count: number, begin: (socket: Socket, n: number) => void): Slow {
  let closed = 0;
  let received = '';
  const sockets = Array.from({ length: count }, (_, n) => {
    const socket = typeof at === 'string' ? connect(at) : connect({ host: '127.0.0.1', port: at });
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('close', () => {
      closed += 1;
    });
    socket.on('connect', () => begin(socket, n));
    return socket;
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { sockets, closed: () => closed, received: () => received };
}

/**
 * A good client goes on meanwhile. Attackers and helper share this process, which counts in: what
 * shows is that nobody waits until an attacker is cut off, which takes five seconds, and that most
 * are served within the second that is the shortest patience of an SDK.
 */
async function servesFor(stage: HostileStage, milliseconds: number): Promise<void> {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  while (performance.now() < end || times.length < 20) {
    times.push(await stage.good());
    await sleep(20);
  }
  times.sort((a, b) => a - b);
  expect(times[Math.floor(times.length / 2)]).toBeLessThan(1_000);
  expect(times.at(-1)).toBeLessThan(5_000);
}

function nothingIn(stage: HostileStage, text: string): void {
  for (const secret of stage.secrets) expect(text).not.toContain(secret);
}

test('heads that trickle in, silence, and bodies that trickle in are cut off by their deadlines', async () => {
  const stage = await openHostileStage();
  const { loopback, socket: local } = stage.targets;
  const drip = (socket: Socket, text: string) => {
    const timer = setInterval(() => socket.writable && socket.write(text), 500);
    socket.on('close', () => clearInterval(timer));
  };
  const heads = open(loopback, 200, (socket, n) => {
    socket.write(`GET ${loopback.path} HTTP/1.1\r\nX-A: ${n}`);
    drip(socket, 'a');
  });
  const silent = open(loopback, 100, () => undefined);
  const bodies = open(local, 50, (socket) => {
    socket.write(
      'POST /v1/commands/state HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n{',
    );
    drip(socket, ' ');
  });
  await servesFor(stage, 3_000);
  await stage.good('socket');
  await expect.poll(heads.closed).toBe(200);
  await expect.poll(silent.closed).toBe(100);
  await expect.poll(bodies.closed).toBe(50);
  nothingIn(stage, heads.received() + silent.received() + bodies.received());
});

test('bodies that trickle in are refused by their head alone', async () => {
  const stage = await openHostileStage();
  const { loopback } = stage.targets;
  const slow = open(loopback, 100, (socket) => {
    socket.write(
      `POST ${loopback.path} HTTP/1.1\r\nHost: ${loopback.host}\r\n${loopback.authorization}Content-Length: 60000\r\n\r\n`,
    );
    const timer = setInterval(() => socket.writable && socket.write('a'), 200);
    socket.on('close', () => clearInterval(timer));
  });
  await expect.poll(slow.closed).toBe(100);
  expect(slow.received()).toContain('405');
  await stage.good();
});

test('who holds thousands of connections shuts nobody out', async () => {
  const stage = await openHostileStage();
  const all: Slow[] = [];
  // Little by little: that opening them costs this very process its time is nobody's fault.
  for (let hundreds = 0; hundreds < 20; hundreds += 1) {
    all.push(open(stage.targets.loopback, 100, (socket) => socket.write('GET / HT')));
    await sleep(50);
    await stage.good();
  }
  await servesFor(stage, 1_000);
  // The oldest made room, or took too long.
  expect(all.reduce((sum, { closed }) => sum + closed(), 0)).toBeGreaterThan(900);
  nothingIn(stage, all.map(({ received }) => received()).join(''));
});

test('who connects and hangs up without end shuts nobody out', async () => {
  const stage = await openHostileStage();
  let over = false;
  const storm = async () => {
    while (!over) {
      const socket = connect({ host: '127.0.0.1', port: stage.port });
      socket.on('error', () => undefined);
      await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
      socket.resetAndDestroy();
      await sleep(5);
    }
  };
  const storms = Array.from({ length: 20 }, storm);
  await servesFor(stage, 3_000);
  over = true;
  await Promise.all(storms);
});

test('who asks again and again without reading fills nobody’s memory', async () => {
  const stage = await openHostileStage();
  const { loopback } = stage.targets;
  const request = `GET ${loopback.path} HTTP/1.1\r\nHost: ${loopback.host}\r\n${loopback.authorization}\r\n`;
  const before = process.memoryUsage().rss;
  const sockets = open(loopback, 5, (socket) => {
    socket.pause();
    socket.write(request.repeat(5_000));
  });
  // What there is room for is answered first, in this very process.
  await stage.good();
  await servesFor(stage, 3_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  for (const socket of sockets.sockets) socket.destroy();
  await stage.good();
});
