import type { HelperView, State } from '../../../shared/model.ts';
import { noConnections } from '../commands/connection.ts';
import type { CliContext } from '../context.ts';
import { printable } from '../printable.ts';
import { numberInBrackets } from './account-text.ts';
import { connectionTable, problemText } from './connection-text.ts';
import { table } from './table.ts';
import { timeAgo, timeLeft } from './time.ts';

const keychains: Record<HelperView['keychain'], string> = {
  os: 'of the system',
  file: 'an encrypted file',
  memory: 'none: all is forgotten when the helper stops',
};

/** What `status` shows a person. */
export function statusText(state: State, context: Pick<CliContext, 'style' | 'now'>): string {
  const { style, now } = context;
  const { helper } = state;
  const facts: [string, string][] = [
    [
      'Helper',
      `${helper.version}, started ${timeAgo(helper.startedAt, now())}, process ${helper.pid}`,
    ],
    ['Keychain', keychains[helper.keychain]],
    ['Active', activeWords(state, now())],
  ];
  if (helper.socket !== undefined) facts.splice(1, 0, ['Socket', helper.socket]);
  return [
    table(facts.map(([name, value]) => [style.dim(name), printable(value)])),
    '\n',
    state.connections.length === 0 ? noConnections : connectionTable(state.connections, context),
    ...state.signIns
      .filter((signIn) => signIn.state === 'pending')
      .map(
        (signIn) =>
          `… ${printable(signIn.connection)}: sign-in under way, ${timeLeft(signIn.expiresAt, now())}\n`,
      ),
    ...signInHints(state),
    ...state.connections.map(({ session }) => problemText(session.error)),
    ...state.problems.map(problemText),
  ].join('');
}

function activeWords(state: State, now: number): string {
  if (state.active === null) return 'none; choose one with `keyfob use ACCOUNT`';
  const account = state.accounts.find(({ id }) => id === state.active);
  if (account === undefined) return `${state.active}, not in the list of accounts any more`;
  const credentials = state.credentials[account.id];
  const fresh =
    credentials === undefined ? '' : `, credentials: ${timeLeft(credentials.expiresAt, now)}`;
  return `${account.path}${numberInBrackets(account)}${fresh}`;
}

function signInHints(state: State): string[] {
  return state.connections
    .filter(({ session }) => session.state === 'signed_out')
    .map(({ settings }) => `\nSign in with \`keyfob login ${printable(settings.name)}\`.\n`)
    .slice(0, 1);
}
