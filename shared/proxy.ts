import { KeyfobError } from './errors.ts';

/**
 * The proxy for a URL's scheme: `https_proxy` or `HTTPS_PROXY`, `http_proxy` or `HTTP_PROXY`; as
 * with the AWS CLI, one does not stand in for the other. `proxy:3128` means `http://proxy:3128`.
 * Pure, so that what is used and what `doctor` tells of are the same.
 *
 * Throws `proxy_error` where it is no URL of a proxy.
 *
 * @param protocol as of `URL`: `https:` or `http:`
 * @returns the variable that counts and the URL in it, which may hold a password
 */
export function proxyFor(
  protocol: string,
  env: Readonly<Record<string, string | undefined>>,
): { readonly variable: string; readonly url: URL } | undefined {
  const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  for (const variable of [name, name.toUpperCase()]) {
    const value = env[variable]?.trim();
    if (value === undefined || value === '') continue;
    const text = value.includes('://') ? value : `http://${value}`;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
      throw noProxyUrl(variable);
    return { variable, url };
  }
  return undefined;
}

function noProxyUrl(variable: string): KeyfobError {
  // The value stays out of it: it may hold a password.
  return new KeyfobError('proxy_error', `${variable} is not the URL of a proxy.`, {
    hint: `Set ${variable} to one such as http://proxy.example.com:3128, or unset it, and restart the helper.`,
    details: { variable },
  });
}
