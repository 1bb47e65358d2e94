import type { SignIn } from '../../../shared/model.ts';
import { printable } from '../printable.ts';
import type { Style } from './style.ts';
import { displayWidth } from './table.ts';
import { timeLeft } from './time.ts';

interface Surroundings {
  readonly errStyle: Style;
  /** Whether the helper was asked to open the browser. */
  readonly opened: boolean;
}

/** What a person needs to know to finish a sign-in. */
export function signInText(signIn: SignIn, surroundings: Surroundings): string {
  return signIn.flow === 'device'
    ? deviceText(signIn, surroundings)
    : browserText(signIn, surroundings);
}

/** What is being waited for, and how long it may take. */
export function signInWaitingText(signIn: SignIn, now: number): string {
  const place = signIn.flow === 'device' ? 'the code to be approved' : 'the sign-in in the browser';
  return `Waiting for ${place} … ${timeLeft(signIn.expiresAt, now)}. Ctrl-C cancels.`;
}

function deviceText(signIn: SignIn, { errStyle }: Surroundings): string {
  const code = grouped(printable(signIn.userCode ?? ''));
  const url = printable(signIn.verificationUriComplete ?? signIn.verificationUri ?? '');
  const bar = '─'.repeat(displayWidth(code) + 6);
  return [
    `Open this page on any device and check that it shows the same code:\n\n`,
    `    ${errStyle.bold(url)}\n\n`,
    `    ┌${bar}┐\n`,
    `    │   ${errStyle.bold(code)}   │\n`,
    `    └${bar}┘\n\n`,
    ...hostText(url),
    'Approve only if you started this sign-in.\n\n',
  ].join('');
}

function browserText(signIn: SignIn, { errStyle, opened }: Surroundings): string {
  const url = printable(signIn.authorizationUrl ?? '');
  const failed = signIn.error;
  const lead = (() => {
    if (failed !== undefined)
      return `${printable(failed.message)}\nOpen this page in a browser on this machine:`;
    if (opened) return 'Your browser opens the sign-in page. If it does not, open it yourself:';
    return 'Open this page in a browser on this machine:';
  })();
  return [
    `${lead}\n\n`,
    `    ${opened && failed === undefined ? url : errStyle.bold(url)}\n\n`,
    ...hostText(url),
    'Approve only if you started this sign-in.\n\n',
  ].join('');
}

function hostText(url: string): string[] {
  const host = URL.canParse(url) ? new URL(url).host : '';
  return host === '' ? [] : [`The page must be on ${host}.\n`];
}

/** `ABCDEFGH` as `ABCD-EFGH`, the way it is easiest to compare; a code with groups stays as it is. */
function grouped(code: string): string {
  return /^[A-Za-z0-9]{8,}$/.test(code) ? (code.match(/.{1,4}/g) ?? []).join('-') : code;
}
