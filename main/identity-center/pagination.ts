import { KeyfobError } from '../../shared/errors.ts';
import type { Page } from './portal-client.ts';

/** No list is that long: even with one item a page, no organisation has so many accounts. */
const mostPages = 20_000;
const mostEmptyPages = 20;

/**
 * The items of all pages, a page at a time. Rejects with `response_invalid` when the pages would
 * never end: a token that came before, or page after page without an item.
 */
export async function* pagesOf<T>(
  operation: string,
  next: (nextToken: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<readonly T[], void> {
  const seen = new Set<string>();
  let token: string | undefined;
  let empty = 0;
  for (;;) {
    const page = await next(token);
    yield page.items;
    token = page.nextToken;
    empty = page.items.length === 0 ? empty + 1 : 0;
    if (token === undefined) return;
    if (seen.has(token) || seen.size >= mostPages || empty >= mostEmptyPages) {
      throw new KeyfobError('response_invalid', `The pages of ${operation} never end.`, {
        hint: 'Check that AWS itself answers there: AWS_ENDPOINT_URL_SSO and proxies can lead elsewhere. If it does, report this.',
        details: { operation, pages: seen.size + 1 },
      });
    }
    seen.add(token);
  }
}
