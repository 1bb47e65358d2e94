import type { Client, Interaction } from 'oidc-provider';
import { people } from './people.ts';

/** What a person sees. Plain forms, so that tests can press their buttons too. */

export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body><main><h1>${title}</h1>
${body}
</main></body></html>
`;
}

/** The one page on which a person signs in and approves. */
export function approvalPage(interaction: Interaction, client: Client | undefined): string {
  const { uid, params, session } = interaction;
  const name = escapeText(client?.clientName ?? String(params.client_id));
  const scope = escapeText(String(params.scope ?? 'nothing in particular'));
  const options = people.map(({ username }) => {
    const selected = username === (session?.accountId ?? params.login_hint) ? ' selected' : '';
    return `<option${selected}>${username}</option>`;
  });
  return page(
    'Sign in',
    `<p><strong>${name}</strong> asks for: ${scope}</p>
<form method="post" action="/interaction/${escapeText(uid)}">
<p><label>You are <select name="login">${options.join('')}</select></label></p>
<p><button name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button></p>
</form>`,
  );
}

export function devicePage(form: string, wrong: boolean): string {
  const note = wrong ? '<p role="alert">That code is not known, or not any more.</p>' : '';
  const button = '<button type="submit" form="op.deviceInputForm">Continue</button>';
  return page(
    'Connect a device',
    `${note}<p>Enter the code that the device shows.</p>${form}${button}`,
  );
}

export function confirmPage(form: string, client: Client, userCode: string): string {
  const name = escapeText(client.clientName ?? client.clientId);
  return page(
    'Connect a device',
    `<p><strong>${name}</strong> shows this code: <strong>${escapeText(userCode)}</strong></p>${form}
<button type="submit" form="op.deviceConfirmForm">Continue</button>
<button type="submit" form="op.deviceConfirmForm" value="yes" name="abort">Deny</button>`,
  );
}

export function donePage(): string {
  return page('Signed in', '<p>The device is connected. You can close this page.</p>');
}

export function errorPage(out: Readonly<Record<string, string>>): string {
  const rows = Object.entries(out).map(
    ([name, value]) => `<li>${escapeText(name)}: ${escapeText(value)}</li>`,
  );
  return page('Something went wrong', `<ul>${rows.join('')}</ul>`);
}
