import { type ConfiguredAccount, sessionSeconds } from '../shared/account.ts';
import type { CommandInput } from '../shared/commands.ts';
import type { ConnectionSettings } from '../shared/model.ts';

export type AccountKind = ConfiguredAccount['kind'];
type NewAccount = CommandInput<'account.add'>;

/** What a person has typed of a new account; each kind takes what it needs. */
export interface AccountDraft {
  readonly kind: AccountKind;
  readonly name: string;
  readonly source: string | undefined;
  readonly roleArn: string;
  readonly externalId: string;
  readonly mfaSerial: string;
  readonly sessionName: string;
  readonly duration: string;
  readonly region: string;
  readonly scopes: string;
  readonly audience: string;
  readonly resource: string;
  readonly token: 'access' | 'id';
  readonly variable: string;
  readonly application: string;
  readonly grant: 'jwt-bearer' | 'token-exchange';
  /** The connection whose token is exchanged. */
  readonly subject: string | undefined;
}

/** The kinds that make sense under a connection, the likeliest first. */
export function kindsFor({ kind }: Pick<ConnectionSettings, 'kind'>): readonly AccountKind[] {
  return kind === 'oidc'
    ? ['token', 'aws-web-identity', 'iam-token']
    : ['aws-assumed-role', 'iam-token'];
}

export function emptyAccount(kind: AccountKind): AccountDraft {
  return {
    kind,
    name: '',
    source: undefined,
    roleArn: '',
    externalId: '',
    mfaSerial: '',
    sessionName: '',
    duration: '',
    region: '',
    scopes: '',
    audience: '',
    resource: '',
    token: 'access',
    variable: '',
    application: '',
    grant: 'jwt-bearer',
    subject: undefined,
  };
}

/**
 * What to add; undefined while something is missing, or the duration is wrong. What else is wrong,
 * the helper says.
 */
export function newAccount(draft: AccountDraft, connection: string): NewAccount | undefined {
  const { kind, source } = draft;
  const named = { connection, name: draft.name.trim() };
  if (named.name === '' || isWrongDuration(draft)) return undefined;
  const roleArn = draft.roleArn.trim();
  const role = {
    ...named,
    roleArn,
    ...given('sessionName', draft.sessionName),
    ...given('region', draft.region),
    ...durationOf(draft.duration),
  };
  switch (kind) {
    case 'aws-assumed-role':
      if (roleArn === '' || source === undefined) return undefined;
      return {
        kind,
        ...role,
        source,
        ...given('externalId', draft.externalId),
        ...given('mfaSerial', draft.mfaSerial),
      };
    case 'aws-web-identity':
      return roleArn === '' ? undefined : { kind, ...role };
    case 'token': {
      const { token } = draft;
      const own = token === 'access';
      return {
        kind,
        ...named,
        token,
        ...(own ? listed('scopes', draft.scopes) : {}),
        ...(own ? given('audience', draft.audience) : {}),
        ...(own ? listed('resource', draft.resource) : {}),
        ...given('variable', draft.variable),
      };
    }
    case 'iam-token': {
      const application = draft.application.trim();
      const { grant, subject } = draft;
      if (source === undefined || application === '' || subject === undefined) return undefined;
      return {
        kind,
        ...named,
        source,
        application,
        grant,
        subject: { connection: subject },
        ...given('region', draft.region),
        ...listed('scopes', draft.scopes),
      };
    }
  }
}

function given<K extends string>(key: K, typed: string): Partial<Record<K, string>> {
  const value = typed.trim();
  return value === '' ? {} : ({ [key]: value } as Record<K, string>);
}

function listed<K extends string>(key: K, typed: string): Partial<Record<K, string[]>> {
  const values = typed.split(/\s+/).filter((one) => one !== '');
  return values.length === 0 ? {} : ({ [key]: values } as Record<K, string[]>);
}

/** The bounds of the session's seconds, of a kind that has a session. */
export function secondsFor(kind: AccountKind): { least: number; most: number } | undefined {
  return kind === 'aws-assumed-role' || kind === 'aws-web-identity'
    ? sessionSeconds[kind]
    : undefined;
}

/**
 * Whether a duration is what its kind can't have. Nothing typed is the helper's choice, and right;
 * so is what a kind without a session has left over from another.
 */
export function isWrongDuration({ kind, duration }: AccountDraft): boolean {
  const bounds = secondsFor(kind);
  const typed = duration.trim();
  if (bounds === undefined || typed === '') return false;
  const seconds = Number(typed);
  return !/^\d+$/.test(typed) || seconds < bounds.least || seconds > bounds.most;
}

function durationOf(typed: string): { durationSeconds?: number } {
  return typed.trim() === '' ? {} : { durationSeconds: Number(typed.trim()) };
}
