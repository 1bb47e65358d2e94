import type { SessionView } from '../../shared/model.ts';

/** OpenID Connect Core sections 2 and 5.1, and what the usual providers add about who signed in and how. */
const shown = [
  'sub',
  'name',
  'preferred_username',
  'given_name',
  'family_name',
  'email',
  'email_verified',
  'auth_time',
  'acr',
  'amr',
  'azp',
  'session_index',
  'groups',
  'roles',
  'upn',
  'tid',
] as const;

/** An answer from outside must not fill the state. */
const longestText = 256;
const mostMembers = 20;

/** The claims of an ID token that may be shown; everything else of it stays in the keychain. */
export function shownClaims(
  claims: Readonly<Record<string, unknown>>,
): NonNullable<SessionView['claims']> {
  const entries = shown.flatMap((name) => {
    const value = shownValue(claims[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

function shownValue(value: unknown): string | number | boolean | string[] | undefined {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (!Array.isArray(value)) return undefined;
  return value
    .filter((member) => typeof member === 'string')
    .slice(0, mostMembers)
    .map(cut);
}

function cut(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}
