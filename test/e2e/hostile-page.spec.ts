import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** What a page that has been taken over by somebody could try, each tried and refused. */

test('the bridge is frozen, and there is no way around it', async ({ app }) => {
  const found = await app.page.evaluate(() => ({
    frozen: Object.isFrozen(window.keyfob),
    bindings: Object.getOwnPropertyNames(window).filter((name) => /^keyfob./i.test(name)),
    node: ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => name in window),
    replaced: Reflect.defineProperty(window, 'keyfob', { value: {} }),
    added: Reflect.set(window.keyfob, 'shutdown', () => undefined),
  }));
  expect(found).toEqual({ frozen: true, bindings: [], node: [], replaced: false, added: false });
});

test('commands for local programs alone are not on the bridge', async ({ app }) => {
  const offered = await app.page.evaluate(() =>
    [
      'shutdown',
      'account.environment',
      'account.credentials',
      'invoke',
      'send',
      'ipcRenderer',
    ].filter((name) => name in window.keyfob),
  );
  expect(offered).toEqual([]);
});

test('no code runs but the app’s own files: no eval, no inline script, no blob, no style', async ({
  app,
}) => {
  const { page } = app;
  await noteViolations(page);
  // From a timer: what Playwright evaluates itself is exempt from the policy.
  const evaluated = await page.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve));
    const script = (fill: (element: HTMLScriptElement) => void) => {
      const element = document.createElement('script');
      fill(element);
      document.body.append(element);
    };
    const blob = URL.createObjectURL(
      new Blob(['document.title="blob"'], { type: 'text/javascript' }),
    );
    script((element) => {
      element.textContent = 'document.title = "inline"';
    });
    script((element) => {
      element.src = blob;
    });
    script((element) => {
      element.src = 'data:text/javascript,document.title="data"';
    });
    const style = document.createElement('style');
    style.textContent = 'body { display: none }';
    document.body.append(style);
    const button = document.createElement('button');
    button.setAttribute('onclick', 'document.title = "handler"');
    document.body.append(button);
    button.click();
    const link = document.createElement('a');
    link.href = 'javascript:document.title="link"';
    document.body.append(link);
    link.click();
    const tried = (attempt: () => unknown) => {
      try {
        attempt();
        return 'allowed';
      } catch {
        return 'refused';
      }
    };
    // A text that is handed to a timer is an eval by another name.
    tried(() => setTimeout('document.title = "timer"' as unknown as () => void));
    tried(() => new Worker(blob));
    return tried(() => new Function('return 1')());
  });
  expect(evaluated).toBe('refused');
  await expect
    .poll(() => violationsOf(page))
    .toEqual([
      'script-src eval',
      'script-src-attr inline',
      'script-src-elem blob',
      'script-src-elem data',
      'script-src-elem inline',
      'style-src-elem inline',
      'worker-src blob',
    ]);
  await expect(page).toHaveTitle('Keyfob');
  await expect(page.locator('body')).toBeVisible();
});

test('nothing leaves the page, whatever carries it', async ({ app }) => {
  const arrived: string[] = [];
  const context = app.page.context();
  await context.route('https://elsewhere.invalid/**', async (route) => {
    arrived.push(route.request().url());
    await route.fulfill({ body: '', headers: { 'access-control-allow-origin': '*' } });
  });
  const { page } = app;
  await noteViolations(page);
  await page.evaluate(async () => {
    const host = 'elsewhere.invalid';
    const insert = (name: string, attributes: Record<string, string>) => {
      const element = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      document.body.append(element);
      return element;
    };
    await fetch(`https://${host}/fetch`).catch(() => undefined);
    navigator.sendBeacon(`https://${host}/beacon`, 'x');
    const request = new XMLHttpRequest();
    request.open('GET', `https://${host}/xhr`);
    request.send();
    for (const connect of [
      () => new WebSocket(`wss://${host}/socket`),
      () => new EventSource(`https://${host}/events`),
    ]) {
      try {
        connect();
      } catch {
        // Refused at once.
      }
    }
    insert('img', { src: `https://${host}/img` });
    insert('iframe', { src: `https://${host}/iframe` });
    insert('script', { src: `https://${host}/script` });
    insert('link', { rel: 'stylesheet', href: `https://${host}/style` });
    insert('object', { data: `https://${host}/object` });
    insert('video', { src: `https://${host}/video` });
    const form = insert('form', { action: `https://${host}/form`, method: 'post' });
    (form as HTMLFormElement).submit();
  });
  await expect
    .poll(() => violationsOf(page))
    .toEqual([
      'connect-src https://elsewhere.invalid/beacon',
      'connect-src https://elsewhere.invalid/events',
      'connect-src https://elsewhere.invalid/fetch',
      'connect-src https://elsewhere.invalid/xhr',
      'connect-src wss://elsewhere.invalid/socket',
      'form-action https://elsewhere.invalid/form',
      // Of what would be a page of its own, the policy names the host alone.
      'frame-src https://elsewhere.invalid',
      'img-src https://elsewhere.invalid/img',
      'media-src https://elsewhere.invalid/video',
      'object-src https://elsewhere.invalid',
      'script-src-elem https://elsewhere.invalid/script',
      'style-src-elem https://elsewhere.invalid/style',
    ]);
  expect(arrived).toEqual([]);
});

/** Has the page write down what its policy refuses. */
async function noteViolations(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { dataset } = document.documentElement;
    dataset.refused = '[]';
    document.addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) => {
      const before = JSON.parse(dataset.refused ?? '[]') as string[];
      dataset.refused = JSON.stringify([...before, `${effectiveDirective} ${blockedURI}`]);
    });
  });
}

/** What the page's policy has refused so far: each directive and address once, in order. */
async function violationsOf(page: Page): Promise<string[]> {
  const refused = await page.locator('html').getAttribute('data-refused');
  return [...new Set(JSON.parse(refused ?? '[]') as string[])].toSorted();
}

test('a frame within the page gets no bridge', async ({ app }) => {
  const found = await app.page.evaluate(async () => {
    const frame = document.createElement('iframe');
    const loaded = new Promise((resolve) => {
      frame.onload = resolve;
    });
    document.body.append(frame);
    await loaded;
    const inner = frame.contentWindow as unknown as Record<string, unknown> | null;
    return Object.getOwnPropertyNames(inner ?? {}).filter((name) => /^keyfob/i.test(name));
  });
  expect(found).not.toContain('keyfob');
});

test('what is malformed is refused by name, and the window works on', async ({ app }) => {
  const answers = await app.page.evaluate(async () => {
    const bridge = window.keyfob as unknown as Record<
      string,
      (input?: unknown) => Promise<{ ok: boolean; error?: { code: string } }>
    >;
    const loop: Record<string, unknown> = {};
    loop.loop = loop;
    const inputs: Record<string, unknown> = {
      nothing: undefined,
      null: null,
      text: 'acme',
      list: [],
      extra: { connection: 'acme', more: true },
      type: { connection: 7 },
      path: { connection: '../../etc/passwd' },
      prototype: JSON.parse('{"__proto__":{"connection":"acme"}}'),
      loop,
      function: { connection: () => 'acme' },
      oversized: { connection: 'a'.repeat(5_000_000) },
    };
    const codes: Record<string, string | undefined> = {};
    for (const [name, input] of Object.entries(inputs)) {
      codes[name] = await bridge['signIn.start']?.(input).then(
        (answer) => (answer.ok ? 'allowed' : answer.error?.code),
        () => 'rejected',
      );
    }
    const works = await bridge.state?.({});
    return { codes: new Set(Object.values(codes)), codesByName: codes, works: works?.ok };
  });
  for (const [name, code] of Object.entries(answers.codesByName)) {
    expect(code, name).toBe('invalid_input');
  }
  expect(answers.works).toBe(true);
});

test('a URL from the page is never opened, nor a file', async ({ app, addAcme }) => {
  await addAcme('device');
  const codes = await app.page.evaluate(async () => {
    const open = window.keyfob['link.open'] as (
      input: unknown,
    ) => Promise<{ ok: boolean; error?: { code: string } }>;
    const inputs = [
      { connection: 'acme', what: 'https://example.com' },
      { connection: 'acme', what: 'startUrl', url: 'file:///etc/passwd' },
      { connection: 'https://example.com', what: 'startUrl' },
    ];
    return Promise.all(inputs.map(async (input) => (await open(input)).error?.code));
  });
  expect(codes).toEqual(['invalid_input', 'invalid_input', 'invalid_input']);
});

test('no program is named as the browser without the person’s yes outside of the page', async ({
  app,
  addAcme,
}) => {
  await addAcme('device');
  const codes = await app.page.evaluate(async () => {
    const browser = 'sh -c evil';
    const { keyfob } = window;
    const answers = await Promise.all([
      keyfob['settings.change']({ changes: { browser } }),
      keyfob['settings.change']({ changes: { theme: 'dark', browser } }),
      keyfob['connection.update']({ connection: 'acme', browser }),
      keyfob['connection.add']({
        kind: 'oidc',
        name: 'evil',
        issuer: 'https://issuer.example',
        clientId: 'x',
        browser,
      }),
    ]);
    return answers.map((answer) => (answer.ok ? 'allowed' : answer.error.code));
  });
  expect(codes).toEqual(Array(4).fill('refused'));
  const { settings, connections } = await app.state();
  expect(settings).toMatchObject({ browser: null, theme: 'system' });
  expect(connections.map((one) => [one.settings.name, one.settings.browser])).toEqual([
    ['acme', undefined],
  ]);
});
