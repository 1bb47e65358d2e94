import { createHash } from 'node:crypto';

/** The small pages that a browser sees at the end of a sign-in: one file, nothing loaded, nothing echoed. */

export type CallbackPage = keyof typeof texts;

const texts = {
  signed_in: [200, 'You are signed in', 'You can close this tab and go back to your work.'],
  denied: [200, 'The sign-in was denied', 'Keyfob got no access. You can close this tab.'],
  failed: [200, 'The sign-in did not succeed', 'Keyfob shows why. You can close this tab.'],
  ended: [
    200,
    'This sign-in has ended',
    'It was cancelled or took too long. Start a new one in Keyfob.',
  ],
  answered: [200, 'This sign-in was answered already', 'You can close this tab.'],
  not_ours: [
    400,
    'Keyfob did not expect this',
    'If you are signing in, go back to the tab of the sign-in, or start a new one in Keyfob.',
  ],
  not_found: [404, 'There is nothing here', 'Keyfob waits here for the end of a sign-in.'],
  not_allowed: [405, 'Not this way', 'Keyfob waits here for the end of a sign-in.'],
} as const satisfies Record<string, readonly [status: number, title: string, text: string]>;

const style =
  'body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto 0;padding:0 1.5rem}' +
  ':root{color-scheme:light dark}h1{font-size:1.5rem}';

const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  // The address of the page holds the code: it must go nowhere and stay nowhere.
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  Connection: 'close',
} as const;

/** A page as an HTTP answer. */
export function callbackPage(page: CallbackPage): {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
} {
  const [status, title, text] = texts[page];
  const body = [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${escapeHtml(title)} – Keyfob</title><style>${style}</style></head>`,
    `<body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></main></body></html>`,
  ].join('');
  return { status, headers, body };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
