import { describe, expect, test } from 'vitest';
import type { FoundAccount } from '../../../shared/commands/config.ts';
import { accountOf, broughtInWith, bySource, connectionOf } from '../../../shared/found.ts';

function role(name: string, signer: string, exists = false): FoundAccount {
  return {
    name,
    source: `profile ${name}`,
    connection: 'work',
    signer,
    roleArn: `arn:aws:iam::000000000009:role/${name}`,
    exists,
  };
}

const place = {
  name: 'work',
  startUrl: 'https://work.awsapps.com/start',
  region: 'eu-west-1',
  scopes: ['sso:account:access'],
  source: 'sso-session work',
  exists: false,
};
const first = role('first', 'work/000000000001/Admin');
const second = role('second', 'work/first');
const third = role('third', 'work/second');
const names = (accounts: readonly FoundAccount[]) => accounts.map(({ name }) => name);

describe('the order in which roles come in', () => {
  test.each([
    ['backwards', [third, second, first]],
    ['mixed', [second, third, first]],
    ['as they sign', [first, second, third]],
  ])('whoever signs comes first, found %s', (_how, accounts) => {
    expect(names(bySource(accounts))).toEqual(['first', 'second', 'third']);
  });

  test('roles that have nothing to do with each other stay as they were found', () => {
    const others = ['x', 'a', 'm'].map((name) => role(name, 'work/000000000001/Admin'));
    expect(names(bySource([...others, third, second, first]))).toEqual([
      'x',
      'a',
      'm',
      'first',
      'second',
      'third',
    ]);
  });

  test('a circle, which could not be added anyway, is no endless loop', () => {
    const circle = [role('a', 'work/b'), role('b', 'work/a')];
    expect(names(bySource(circle)).toSorted()).toEqual(['a', 'b']);
  });
});

describe('what comes in with one role', () => {
  test('its connection and whoever signs for it, as far as they are not there', () => {
    const found = { connections: [place], accounts: [third, first, second, role('other', 'x/y')] };
    expect(broughtInWith(third, found)).toEqual({
      connections: [place],
      accounts: [first, second, third],
    });
  });

  test('nothing else where they are', () => {
    const found = {
      connections: [{ ...place, exists: true }],
      accounts: [{ ...first, exists: true }, second],
    };
    expect(broughtInWith(second, found)).toEqual({ connections: [], accounts: [second] });
  });
});

test('what is said of it to Keyfob is what was found, and no more', () => {
  const { source: _, exists: __, ...settings } = place;
  expect(connectionOf(place)).toEqual({ kind: 'identity-center', ...settings });
  expect(connectionOf({ ...place, scopes: [] })).not.toHaveProperty('scopes');
  expect(accountOf({ ...first, externalId: '42' })).toEqual({
    kind: 'aws-assumed-role',
    connection: 'work',
    name: 'first',
    source: 'work/000000000001/Admin',
    roleArn: first.roleArn,
    externalId: '42',
  });
});
