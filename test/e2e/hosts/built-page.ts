import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Route } from '@playwright/test';
import { build } from 'vite';
import { contentSecurityPolicy } from '../../../main/desktop/content-security-policy.ts';

/** The built renderer and the bridge, as a browser without Electron can load them. */

export const origin = 'https://app.invalid';
const root = join(import.meta.dirname, '../../..');
let bridge: Promise<string> | undefined;

/** The bridge as one classic script; built once. */
export function bridgeScript(): Promise<string> {
  bridge ??= buildBridge();
  return bridge;
}

async function buildBridge(): Promise<string> {
  const result = await build({
    configFile: false,
    root,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      rolldownOptions: {
        input: join(import.meta.dirname, 'page-bridge.ts'),
        output: { format: 'iife' },
      },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  const chunk = output !== undefined && 'output' in output ? output.output[0] : undefined;
  if (chunk === undefined) throw new Error('The bridge was not built');
  return chunk.code;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Answers as the app's own protocol does: the built files alone, under the policy. */
export async function serveRenderer(route: Route): Promise<void> {
  const { pathname } = new URL(route.request().url());
  const path = join(root, 'dist/renderer', pathname);
  const contentType = types[extname(path)];
  if (contentType === undefined) return route.fulfill({ status: 404 });
  await route.fulfill({
    body: readFileSync(path),
    headers: {
      'content-type': contentType,
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
    },
  });
}
