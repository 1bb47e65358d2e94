import { createHash } from 'node:crypto';
import type { Reply } from './http.ts';
import { escapeText } from './xml.ts';

/** The pages that a person sees: plain forms, no script, usable by keyboard and by curl. */

const style = `
:root { color-scheme: light dark; }
body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 10vh auto; padding: 0 1rem; }
small { display: block; color: GrayText; }
code, input { font: 1.5rem/1.5 ui-monospace, monospace; letter-spacing: 0.1em; }
input { width: 12ch; text-transform: uppercase; }
button { font: inherit; padding: 0.5rem 1.5rem; margin: 1rem 0.5rem 0 0; }
dt { font-weight: 600; }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

export function page(status: number, title: string, main: string): Reply {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      // No form-action: browsers apply it to the redirect after the form too, which leads elsewhere.
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
    },
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeText(title)}</title>
<style>${style}</style>
<main>
<h1>${escapeText(title)}</h1>
${main}
<small>This is Keyfob's simulator of IAM Identity Center. Nothing here reaches AWS.</small>
</main>
</html>
`,
  };
}

/** Where the user code is typed. */
export function userCodePage(problem?: string): Reply {
  const alert = problem === undefined ? '' : `<p role="alert">${escapeText(problem)}</p>\n`;
  return page(
    problem === undefined ? 200 : 400,
    'Authorize a device',
    `${alert}<form method="get" action="/device">
<p><label for="user_code">The code that your device shows</label></p>
<p><input id="user_code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" autofocus required></p>
<button>Continue</button>
</form>`,
  );
}

/** Approve or deny; the form goes to `action` with these hidden fields and `decision`. */
export function consentPage(options: {
  title: string;
  action: string;
  fields: Readonly<Record<string, string>>;
  facts: Readonly<Record<string, string>>;
}): Reply {
  const facts = Object.entries(options.facts)
    .map(([name, value]) => `<dt>${escapeText(name)}</dt><dd>${escapeText(value)}</dd>`)
    .join('\n');
  const fields = Object.entries(options.fields)
    .map(
      ([name, value]) =>
        `<input type="hidden" name="${escapeText(name)}" value="${escapeText(value)}">`,
    )
    .join('\n');
  return page(
    200,
    options.title,
    `<dl>
${facts}
</dl>
<form method="post" action="${options.action}">
${fields}
<button name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button>
</form>`,
  );
}

export function messagePage(status: number, title: string, text: string): Reply {
  return page(status, title, `<p role="status">${escapeText(text)}</p>`);
}
