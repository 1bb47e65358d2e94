import { oidcException } from './exceptions.ts';

const loopbackHosts = ['127.0.0.1', '[::1]', 'localhost'];

/** Loopback over http (RFC 8252 §7.3) or https, without a fragment. */
export function checkRedirectUri(uri: string): void {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const allowed =
    url !== undefined &&
    !uri.includes('#') &&
    (url.protocol === 'https:' ||
      (url.protocol === 'http:' && loopbackHosts.includes(url.hostname)));
  if (!allowed) {
    throw oidcException('InvalidRedirectUriException', `Invalid redirect URI: ${uri}`);
  }
}

/** Equal but for the port, which a native client only knows when its listener is up (RFC 8252 §7.3). */
export function sameRedirectUri(a: string, b: string): boolean {
  return withoutPort(a) === withoutPort(b);
}

function withoutPort(uri: string): string {
  if (!URL.canParse(uri)) return uri;
  const url = new URL(uri);
  if (loopbackHosts.includes(url.hostname)) url.port = '';
  return url.href;
}
