import { expect, test } from 'vitest';
import { accountGroups } from '../../../renderer/account-groups.ts';
import type { Account, ConnectionView } from '../../../shared/model.ts';

function connection(name: string): ConnectionView {
  return {
    settings: {
      kind: 'identity-center',
      name,
      startUrl: 'https://acme.awsapps.com/start',
      region: 'eu-west-1',
      scopes: [],
      flow: 'auto',
    },
    session: { state: 'signed_in', renewable: true },
    catalogue: { accounts: 2, syncing: false },
  };
}

function account(connectionName: string, accountName: string, roleName: string): Account {
  return {
    kind: 'aws-role',
    id: `${connectionName}/111122223333/${roleName}`,
    path: `${connectionName}/${accountName}/${roleName}`,
    connection: connectionName,
    accountId: '111122223333',
    accountName,
    emailAddress: `${accountName}@example.com`,
    roleName,
  };
}

const state = {
  connections: [connection('acme'), connection('labs')],
  accounts: [
    account('acme', 'prod', 'Admin'),
    account('acme', 'prod', 'ReadOnly'),
    account('labs', 'sandbox', 'Admin'),
  ],
};

const shown = (query: string) =>
  accountGroups(state, query).map(({ connection, accounts }) => [
    connection.settings.name,
    ...accounts.map(({ path }) => path),
  ]);

test('without a query every connection shows, with all of its accounts', () => {
  expect(shown('')).toEqual([
    ['acme', 'acme/prod/Admin', 'acme/prod/ReadOnly'],
    ['labs', 'labs/sandbox/Admin'],
  ]);
});

test('a connection without accounts shows too, so that one can sign in', () => {
  const groups = accountGroups({ ...state, accounts: [] }, '');
  expect(groups.map(({ connection }) => connection.settings.name)).toEqual(['acme', 'labs']);
});

test('every word must be found, in any order and case', () => {
  expect(shown('ADMIN prod')).toEqual([['acme', 'acme/prod/Admin']]);
});

test('account ids and e-mail addresses are searched too', () => {
  expect(shown('1111 admin')).toHaveLength(2);
  expect(shown('sandbox@example')).toEqual([['labs', 'labs/sandbox/Admin']]);
});

test('while searching, connections without a hit are left out', () => {
  expect(shown('nothing-like-this')).toEqual([]);
});
