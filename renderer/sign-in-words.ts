import type { FailureWords } from './failures.ts';
import { text } from './text.ts';

/** A code as it is compared: `WDJB-MJHT`, also where the provider sends it in one piece. */
export function groupCode(code: string): string {
  return /^[A-Z0-9]{8}$/i.test(code) ? `${code.slice(0, 4)}-${code.slice(4)}` : code;
}

/** Letter by letter with a rest between the groups, so that nothing tries to pronounce it. */
export function spellOut(code: string): string {
  return groupCode(code)
    .split('-')
    .map((group) => [...group].join(' '))
    .join(`, ${text.signIn.hyphen}, `);
}

/** A page's host, as a person compares it with the address bar. */
export function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}

/** What a form asks for, as its title. */
export function entryTitle(
  fields: readonly { readonly name: keyof typeof text.signIn.fields }[],
): string {
  const [first, ...others] = fields;
  if (first === undefined) return text.signIn.underWay;
  return text.signIn.enter[others.length > 0 ? 'both' : first.name];
}

/** Why a sign-in ended, with what to do in this window rather than at a command line. */
export function endedWords(error: FailureWords): FailureWords {
  const words = text.signIn.ended[error.code];
  return words === undefined ? error : { ...error, ...words };
}
