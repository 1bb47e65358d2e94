import { connect, type Socket } from 'node:net';

/**
 * Sends the same request over several keep-alive connections, one after the other on each, for as
 * long as it is told, and prints `{"perSecond","requests","p99Ms"}`. A process of its own: the server under
 * test shall not share its thread with its client.
 */

const [at = '', path = '', connections = '', seconds = ''] = process.argv.slice(2);
// A token in the arguments could be read by every user of the machine.
const { LOAD_AUTHORIZATION: token } = process.env;
const port = /^\d+$/.test(at) ? Number(at) : undefined;
const host = port === undefined ? 'localhost' : `127.0.0.1:${port}`;
const authorization = token === undefined ? '' : `Authorization: ${token}\r\n`;
const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${authorization}\r\n`;
const latencies: number[] = [];

/** Resolves when the time is over and the last answer has come. */
function run(socket: Socket, until: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    let received = 0;
    // All answers have the same length, so counting bytes is enough once the first is known.
    let length = 0;
    let first = '';
    const send = () => {
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (length === 0) {
        first += chunk.toString('latin1');
        const head = first.indexOf('\r\n\r\n');
        if (head === -1) return;
        if (!first.startsWith('HTTP/1.1 200')) throw new Error(first);
        length = head + 4 + Number(/content-length: (\d+)/i.exec(first)?.[1]);
      }
      if (received < length) return;
      received -= length;
      const now = performance.now();
      latencies.push(now - sentAt);
      if (now < until) send();
      else resolve();
    });
    socket.on('error', reject);
    send();
  });
}

const sockets = await Promise.all(
  Array.from(
    { length: Number(connections) },
    () =>
      new Promise<Socket>((resolve) => {
        const socket =
          port === undefined
            ? connect(at, () => resolve(socket))
            : connect(port, '127.0.0.1', () => resolve(socket));
        socket.setNoDelay(true);
      }),
  ),
);
const began = performance.now();
await Promise.all(sockets.map((socket) => run(socket, began + Number(seconds) * 1000)));
const took = performance.now() - began;
for (const socket of sockets) socket.destroy();
latencies.sort((a, b) => a - b);
process.stdout.write(
  JSON.stringify({
    perSecond: (latencies.length / took) * 1000,
    requests: latencies.length,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)],
  }),
);
