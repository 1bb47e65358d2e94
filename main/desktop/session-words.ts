import type { ConnectionView, SignIn, State } from '../../shared/model.ts';
import { timeLeft } from '../cli/text/time.ts';

/** How a session stands: `signed in, 58 min left`, `signed out`. */
export function sessionWords({ session }: ConnectionView, now: number): string {
  switch (session.state) {
    case 'signed_in':
      return session.expiresAt === undefined
        ? 'signed in'
        : `signed in, ${timeLeft(session.expiresAt, now)}`;
    case 'expired':
      return 'expired, being renewed';
    case 'signed_out':
      return 'signed out';
    case 'unknown':
      return session.error === undefined
        ? 'waiting for the keychain'
        : 'the keychain does not answer';
  }
}

/** What is active and for how long: `acme/prod/Admin, 58 min left`. */
export function activeWords(state: State, now: number): string {
  const account = state.accounts.find(({ id }) => id === state.active);
  if (account === undefined) return 'no account is active';
  const connection = connectionOf(state, account.connection);
  const { session } = connection ?? {};
  if (connection === undefined || session === undefined) return account.path;
  if (session.state !== 'signed_in') return `${account.path}, ${sessionWords(connection, now)}`;
  if (session.expiresAt === undefined) return account.path;
  return `${account.path}, ${timeLeft(session.expiresAt, now)}`;
}

/** Windows shows at most this many characters of a tooltip. */
const maxTooltip = 127;

/** The tray's tooltip: what its icon can't say. */
export function tooltip(state: State, now: number): string {
  const need = needWords(state);
  // First what waits: a long path must not push it out.
  const words = printable(
    `Keyfob: ${need === undefined ? '' : `${need}; `}${activeWords(state, now)}`,
  );
  return words.length > maxTooltip ? `${words.slice(0, maxTooltip - 1)}…` : words;
}

/** What waits for the person by name, so that the icon's notch is not alone in saying so. */
function needWords(state: State): string | undefined {
  const [confirmation] = state.confirmations;
  if (confirmation !== undefined) return `${confirmation.client} asks for ${confirmation.path}`;
  const [prompt] = state.prompts;
  if (prompt !== undefined) return `MFA code needed for ${prompt.path}`;
  const asking = state.signIns.find(asksHere);
  return asking === undefined ? undefined : `the sign-in to ${asking.connection} asks you`;
}

function asksHere({ state, asks }: SignIn): boolean {
  return state === 'pending' && asks !== undefined;
}

/** Whether something in the window would be lost to the person if a click elsewhere hid it. */
export function keepsWindowOpen(state: State): boolean {
  return (
    state.confirmations.length > 0 ||
    state.prompts.length > 0 ||
    state.signIns.some(
      (one) => one.state === 'pending' && (one.userCode !== undefined || one.flow === 'form'),
    )
  );
}

/**
 * Whether the person is needed: a question is open, the active account's connection is signed out,
 * or another was signed out by the provider.
 */
export function needsPerson(state: State): boolean {
  if (needWords(state) !== undefined) return true;
  const active = state.accounts.find(({ id }) => id === state.active)?.connection;
  return state.connections.some(
    ({ settings, session }) =>
      session.state === 'signed_out' && (settings.name === active || session.error !== undefined),
  );
}

/** The connection of that name, as the state has it. */
export function connectionOf(state: State, name: string): ConnectionView | undefined {
  return state.connections.find(({ settings }) => settings.name === name);
}

/** Without what could make a name look like another: control characters and changes of direction. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}
