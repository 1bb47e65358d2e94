import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { type CustomScheme, protocol, type Session } from 'electron';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { appOrigin, appScheme } from './origin.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** A scheme with an origin and a secure context, and no privilege beyond these. */
export const schemes: CustomScheme[] = [
  { scheme: appScheme, privileges: { standard: true, secure: true } },
];

/** Comes before the app is ready, and once. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged(schemes);
}

/** Serves the built page to the window's session. */
export function servePage(session: Session, folder: string): void {
  session.protocol.handle(appScheme, createPageServer(folder));
}

/**
 * Answers requests for the files that were in `folder` when the app started. A path is looked up
 * in that list as it stands, never joined to a folder: there is nothing to climb out of.
 */
export function createPageServer(folder: string): (request: Request) => Promise<Response> {
  const files = listFiles(folder);
  return async (request) => {
    const url = URL.parse(request.url);
    const at = url === null ? undefined : `${url.protocol}//${url.host}`;
    const file = at === appOrigin && url !== null ? files.get(url.pathname) : undefined;
    if (file === undefined) return refuse(404);
    if (request.method !== 'GET') return refuse(405);
    const body = await readFile(file.path).catch(() => undefined);
    if (body === undefined) return refuse(404);
    return new Response(new Uint8Array(body), { headers: headersFor(file.type) });
  };
}

interface PageFile {
  readonly path: string;
  readonly type: string;
}

function listFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = types[extname(entry)];
    if (type === undefined) continue;
    files.set(`/${entry.split(sep).join('/')}`, { path: join(folder, entry), type });
  }
  return files;
}

function headersFor(type: string): Record<string, string> {
  return {
    'content-type': type,
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
}

function refuse(status: 404 | 405): Response {
  return new Response(null, { status, headers: headersFor('text/plain; charset=utf-8') });
}
