/** The window's scheme and host. The host is there so that the origin is one of its own. */
export const appScheme = 'app';
export const appOrigin = `${appScheme}://keyfob`;

/**
 * What the window can be opened at, as the fragment of its address. The page takes it away again.
 * A sign-in is named by its connection.
 */
export type WindowView = 'accounts' | 'settings' | { readonly signIn: string };

/** The address of the window's page. */
export function pageUrl(view: WindowView = 'accounts'): string {
  const page = `${appOrigin}/index.html`;
  if (view === 'accounts') return page;
  return `${page}#${view === 'settings' ? view : `sign-in=${encodeURIComponent(view.signIn)}`}`;
}

/**
 * Whether a URL belongs to the window's own origin. Compared as text: Node gives URLs of a scheme
 * that it does not know the origin "null".
 */
export function isOurs(url: string): boolean {
  return url.startsWith(`${appOrigin}/`);
}
