import { createServer } from 'node:http';

/** The least that Node can do: a server that answers everything with the bytes it was given. */

const [socketPath = '', headers = '[]', body = ''] = process.argv.slice(2);
const pairs: string[] = JSON.parse(headers);
createServer((_request, response) => {
  response.writeHead(200, pairs).end(body);
}).listen(socketPath, () => process.stdout.write('ready\n'));
