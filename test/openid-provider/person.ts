/** Plays the person in front of the browser: opens pages, presses buttons, keeps cookies. */

export interface PersonOptions {
  /** Who signs in. */
  readonly login?: string;
  /** Presses Deny instead. */
  readonly deny?: boolean;
  /** Whether to go where the provider leads at last, as a browser does. Default true. */
  readonly follow?: boolean;
}

export interface Visit {
  /** Where the provider led at last: the redirect URI with its parameters, for a sign-in. */
  readonly url: string;
  /** The page there; empty if it was not followed. */
  readonly text: string;
}

/** Signs in and approves at an authorization URL, then follows the redirect to the client. */
export async function approve(
  authorizationUrl: string,
  options: PersonOptions = {},
): Promise<Visit> {
  const browser = createBrowser(new URL(authorizationUrl).origin);
  const page = await browser.get(authorizationUrl);
  return await decide(browser, page, options);
}

/** Enters a user code, confirms it, signs in and approves. */
export async function approveDevice(
  issuer: string,
  userCode: string,
  options: PersonOptions = {},
): Promise<Visit> {
  const browser = createBrowser(new URL(issuer).origin);
  const entry = await browser.get(`${issuer}/device`);
  const xsrf = /name="xsrf" value="([^"]*)"/.exec(entry.text)?.[1];
  if (xsrf === undefined) throw new Error(`There is no form to enter a code in: ${entry.text}`);
  const form = new URLSearchParams({ xsrf, user_code: userCode, confirm: 'yes' });
  const page = await browser.post(`${issuer}/device`, form);
  return await decide(browser, page, options);
}

async function decide(browser: TestBrowser, page: Visit, options: PersonOptions): Promise<Visit> {
  const action = /<form method="post" action="(\/interaction\/[^"]*)"/.exec(page.text)?.[1];
  // Nothing to decide: an error, or a session that is there already.
  if (action === undefined) return await leave(page);
  const decision = options.deny === true ? 'deny' : 'approve';
  const form = new URLSearchParams({ login: options.login ?? 'alice', decision });
  return await leave(await browser.post(new URL(action, page.url).href, form));

  async function leave(last: Visit): Promise<Visit> {
    if (options.follow === false || new URL(last.url).origin === browser.origin) return last;
    const answer = await fetch(last.url);
    return { url: last.url, text: await answer.text() };
  }
}

interface TestBrowser {
  readonly origin: string;
  get(url: string): Promise<Visit>;
  post(url: string, form: URLSearchParams): Promise<Visit>;
}

/** Follows redirects within `origin`, with cookies; stops before it would leave. */
function createBrowser(origin: string): TestBrowser {
  const cookies = new Map<string, string>();

  async function go(first: string, init: RequestInit): Promise<Visit> {
    let url = first;
    for (let hops = 0; hops < 10; hops++) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(url, {
        ...(hops === 0 ? init : {}),
        headers: { cookie },
        redirect: 'manual',
      });
      for (const line of answer.headers.getSetCookie()) {
        const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
        cookies.set(name, value);
      }
      const text = await answer.text();
      const location = answer.headers.get('location');
      if (location === null) return { url, text };
      url = new URL(location, url).href;
      if (new URL(url).origin !== origin) return { url, text: '' };
    }
    throw new Error('The provider leads in circles.');
  }

  return {
    origin,
    get: (url) => go(url, {}),
    post: (url, form) => go(url, { method: 'POST', body: form }),
  };
}
