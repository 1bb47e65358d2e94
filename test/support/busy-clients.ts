import { Agent, request } from 'node:http';

/** One client: a connection that is kept, one request after another. */
export interface BusyClient {
  /** Rejects when the connection broke before the whole answer was there. */
  get(path: string): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;
  close(): void;
}

/** Connects to a helper's socket by its path, or with a grant's token to its address. */
export function busyClient(
  to: { readonly socketPath: string } | { readonly url: string; readonly token: string },
): BusyClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { hostname, port } = 'url' in to ? new URL(to.url) : { hostname: '', port: '' };
  const where =
    'url' in to
      ? { host: hostname, port, headers: { authorization: to.token } }
      : { socketPath: to.socketPath, headers: { host: 'localhost' } };

  return {
    get: (path) =>
      new Promise((resolve, reject) => {
        const asking = request({ ...where, agent, path }, (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            try {
              resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) });
            } catch (error) {
              reject(error);
            }
          });
        });
        asking.on('error', reject);
        asking.end();
      }),
    close: () => agent.destroy(),
  };
}
