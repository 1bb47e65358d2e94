import { connect, type Socket } from 'node:net';

/**
 * Opens many connections, asks the same on all of them at once, and prints how long all took: from
 * the first connection on, or, with `open`, from when all of them are there.
 */

const [socketPath = '', path = '', count = '', how = ''] = process.argv.slice(2);
const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;

let began = performance.now();
const all = Array.from({ length: Number(count) }, () => connect(socketPath));
const connected = (socket: Socket) =>
  new Promise<Socket>((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
const answered = (socket: Socket) =>
  new Promise<string>((resolve, reject) => {
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('end', () => resolve(text));
    socket.write(request);
  });

if (how === 'open') {
  await Promise.all(all.map(connected));
  began = performance.now();
}
const answers = await Promise.all(all.map(answered));
const tookMs = performance.now() - began;
const failures = answers.filter((answer) => !answer.startsWith('HTTP/1.1 200'));
process.stdout.write(
  JSON.stringify({ tookMs, failures: failures.length, firstFailure: failures[0] }),
);
