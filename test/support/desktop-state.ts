import { createStateStore, emptyState, type StateStore } from '../../main/state.ts';
import type {
  Account,
  ConnectionView,
  Prompt,
  SessionView,
  SignIn,
  State,
} from '../../shared/model.ts';

/** 2026-11-21T12:00:00Z. */
export const noon = Date.UTC(2026, 10, 21, 12);

/** A state as the shell sees it, empty but for what is given. */
export function stateWith(part: Partial<State> = {}): State {
  const helper = { version: '1.2.3', pid: 7, startedAt: isoAfter(0), keychain: 'memory' } as const;
  return { ...emptyState(helper), ...part };
}

export function storeWith(part: Partial<State> = {}): StateStore {
  return createStateStore(stateWith(part));
}

export function isoAfter(minutes: number): string {
  return new Date(noon + minutes * 60_000).toISOString();
}

/** `acme/prod/Admin`, say. */
export function accountAt(path: string): Account {
  const [connection = '', accountName = '', roleName = ''] = path.split('/');
  const accountId = '111122223333';
  const id = `${connection}/${accountId}/${accountName}-${roleName}`;
  return { kind: 'aws-role', id, path, connection, accountId, accountName, roleName };
}

export function connectionNamed(name: string, session: Partial<SessionView> = {}): ConnectionView {
  return {
    settings: {
      kind: 'identity-center',
      name,
      startUrl: 'https://acme.awsapps.com/start',
      region: 'eu-west-1',
      scopes: ['sso:account:access'],
      flow: 'auto',
    },
    session: { state: 'signed_in', renewable: true, expiresAt: isoAfter(58), ...session },
    catalogue: { accounts: 1, syncing: false },
  };
}

export function signInOf(connection: string, part: Partial<SignIn> = {}): SignIn {
  return {
    connection,
    flow: 'browser',
    state: 'pending',
    startedAt: isoAfter(0),
    expiresAt: isoAfter(10),
    ...part,
  };
}

/** The token that every OpenID connection has. */
export function tokenOf(connection: string): Account {
  const id = `${connection}/access`;
  return { kind: 'token', id, path: id, connection, name: 'access', token: 'access' };
}

export function promptFor(path: string, part: Partial<Prompt> = {}): Prompt {
  return {
    id: 'p1',
    account: path,
    path,
    kind: 'mfa',
    message: 'Enter the code that the device shows now.',
    askedAt: isoAfter(0),
    expiresAt: isoAfter(1),
    ...part,
  };
}

/** What a form asks for. */
export const asksPassword: NonNullable<SignIn['asks']> = {
  id: 'a1',
  fields: [{ name: 'password', secret: true }],
};
