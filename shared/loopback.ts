/**
 * True for a URL's `hostname` that stays on this machine: `localhost` and names below it
 * (RFC 6761), 127.0.0.0/8, `[::1]`. Other names that resolve to such an address don't count.
 */
export function isLoopback(hostname: string): boolean {
  return /^(?:(?:[a-z0-9-]+\.)*localhost\.?|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(hostname);
}
