import { createServer } from 'node:http';

/** The least that Node can do: a server that answers everything with the bytes it was given. */

const [at = '', headers = '[]', body = ''] = process.argv.slice(2);
const pairs: string[] = JSON.parse(headers);
const server = createServer((_request, response) => {
  response.writeHead(200, pairs).end(body);
});
const ready = () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : address}\n`);
};
// As the helper has it: a thousand ask at once.
const backlog = 4_096;
if (at === '127.0.0.1') server.listen({ port: 0, host: at, backlog }, ready);
else server.listen({ path: at, backlog }, ready);
