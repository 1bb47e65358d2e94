import { connect } from 'node:net';

/** Opens many connections, asks the same on all of them at once, and prints how long all took. */

const [socketPath = '', path = '', count = ''] = process.argv.slice(2);
const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;

const began = performance.now();
const answers = await Promise.all(
  Array.from(
    { length: Number(count) },
    () =>
      new Promise<string>((resolve, reject) => {
        let text = '';
        const socket = connect(socketPath, () => socket.write(request));
        socket.setEncoding('latin1').on('data', (chunk: string) => {
          text += chunk;
        });
        socket.on('error', reject);
        socket.on('end', () => resolve(text));
      }),
  ),
);
const tookMs = performance.now() - began;
const failures = answers.filter((answer) => !answer.startsWith('HTTP/1.1 200'));
process.stdout.write(
  JSON.stringify({ tookMs, failures: failures.length, firstFailure: failures[0] }),
);
