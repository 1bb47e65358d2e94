import { createServer, type RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The least that Node can do: a server that answers everything with the bytes it was given; with a
 * time to wait, as one that gets them upstream for all who ask meanwhile.
 */

const [at = '', headers = '[]', body = '', waitMs = '0'] = process.argv.slice(2);
const pairs: string[] = JSON.parse(headers);
const answer: RequestListener = (_request, response) => {
  response.writeHead(200, pairs).end(body);
};
let upstream: Promise<void> | undefined;
const answerLater: RequestListener = async (request, response) => {
  upstream ??= sleep(Number(waitMs)).finally(() => {
    upstream = undefined;
  });
  await upstream;
  answer(request, response);
};
const server = createServer(waitMs === '0' ? answer : answerLater);
const ready = () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : address}\n`);
};
// As the helper has it: a thousand ask at once.
const backlog = 4_096;
if (at === '127.0.0.1') server.listen({ port: 0, host: at, backlog }, ready);
else server.listen({ path: at, backlog }, ready);
