import type { ConnectionSettings, ConnectionView } from '../../../shared/model.ts';
import type { CliContext } from '../context.ts';
import { indented, printable } from '../printable.ts';
import { catalogueWords, sessionShape, sessionWords } from './session-text.ts';
import { table } from './table.ts';
import { timeAgo } from './time.ts';

type Surroundings = Pick<CliContext, 'style' | 'now'>;

/** One line for each connection: shape, name, session, accounts. */
export function connectionTable(
  connections: readonly ConnectionView[],
  { style, now }: Surroundings,
): string {
  const heading = ['', 'CONNECTION', 'SESSION', 'ACCOUNTS'].map((text) => style.dim(text));
  const rows = connections.map((view) => [
    sessionShape(view.session, style),
    printable(view.settings.name),
    sessionWords(view.session, now()),
    catalogueWords(view),
  ]);
  return table([heading, ...rows]);
}

/** All about one connection, a fact a line. */
export function connectionText(view: ConnectionView, { style, now }: Surroundings): string {
  const { settings, session, catalogue } = view;
  const rows: [string, string][] = [
    ['Name', settings.name],
    ...placeRows(settings),
    ['Scopes', settings.scopes.join(' ')],
    ['Flow', settings.flow],
    ...(settings.browser === undefined ? [] : [['Browser', settings.browser] as [string, string]]),
    ['Session', `${sessionWords(session, now())}`],
    ['Accounts', catalogueWords(view)],
  ];
  if (settings.kind !== 'oidc' && catalogue.syncedAt !== undefined)
    rows.push(['Synced', timeAgo(catalogue.syncedAt, now())]);
  for (const [name, value] of Object.entries(session.claims ?? {})) {
    rows.push([`  ${name}`, Array.isArray(value) ? value.join(' ') : String(value)]);
  }
  const warnings = (session.warnings ?? []).map((message) => problemText({ message }));
  const facts = table(rows.map(([name, value]) => [style.dim(name), printable(value)]));
  return facts + warnings.join('') + [session.error, catalogue.error].map(problemText).join('');
}

function placeRows(settings: ConnectionSettings): [string, string][] {
  if (settings.kind === 'oidc') {
    return [
      ['Kind', 'OpenID Connect'],
      ['Issuer', settings.issuer],
      ['Client', settings.clientId ?? 'registered by Keyfob'],
      ['Grant', settings.grant],
    ];
  }
  return [
    ['Kind', 'AWS IAM Identity Center'],
    ['Start URL', settings.startUrl],
    ['Region', settings.region],
    ...(settings.entitledApplicationArn === undefined
      ? []
      : [['Application', settings.entitledApplicationArn] satisfies [string, string]]),
  ];
}

/** A problem and what to do about it; nothing for none. */
export function problemText(
  problem: { message: string; hint?: string | undefined } | undefined,
): string {
  if (problem === undefined) return '';
  return `! ${printable(problem.message)}\n${indented(problem.hint, 2)}`;
}
