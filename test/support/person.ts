import { pathToFileURL } from 'node:url';

/**
 * Plays the person in front of the browser: opens the page, reads it, presses Approve, and lets
 * the browser go wherever that leads. Runs by itself too, as KEYFOB_BROWSER.
 */

/** Opens `url` and approves what it asks for. Returns the text of the page that follows. */
export async function approve(url: string): Promise<string> {
  const page = await fetch(url);
  const html = await page.text();
  const action = /<form method="post" action="([^"]*)"/.exec(html)?.[1];
  if (action === undefined) throw new Error(`Nothing to approve: ${textOf(html)}`);
  const fields = new URLSearchParams();
  for (const [, name, value] of html.matchAll(
    /<input type="hidden" name="([^"]*)" value="([^"]*)"/g,
  )) {
    fields.append(unescapeText(name ?? ''), unescapeText(value ?? ''));
  }
  fields.append('decision', 'approve');
  const answer = await fetch(new URL(unescapeText(action), page.url), {
    method: 'POST',
    body: fields,
  });
  const text = textOf(await answer.text());
  if (!answer.ok) throw new Error(`The page answered ${answer.status}: ${text}`);
  return text;
}

function unescapeText(text: string): string {
  const names: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(lt|gt|quot|amp);/g, (entity, name: string) => names[name] ?? entity);
}

function textOf(html: string): string {
  return html
    .replace(/<(style|title)>[\s\S]*?<\/\1>|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const [, script, url] = process.argv;
if (script !== undefined && import.meta.url === pathToFileURL(script).href && url !== undefined) {
  await approve(url);
}
