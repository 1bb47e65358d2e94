import { expect, test } from 'vitest';
import { needsOf } from '../../../../main/accounts/chain.ts';
import type { Account } from '../../../../shared/account.ts';
import { accountsOf } from '../../../support/accounts.ts';
import { assumed, iamToken, webIdentity } from '../../../support/configured-accounts.ts';

const [role] = accountsOf(['prod']);
if (role === undefined) throw new Error('No account');

function among(...accounts: readonly Account[]) {
  return (id: string) => accounts.find((account) => account.id === id);
}

test('an account takes all that it is made of, and their connections', () => {
  const token = iamToken('corp/app', {
    source: role.id,
    subject: { connection: 'corp', token: 'id' },
  });
  const first = assumed('acme/first', { source: role.id });
  const second = assumed('acme/second', { source: first.id, context: token.id });
  expect(needsOf(second, among(role, first, token))).toEqual({
    accounts: [second.id, first.id, role.id, token.id],
    connections: ['acme', 'corp'],
  });
});

test('a chain of web identity uses the session of its OpenID connection alone', () => {
  const web = webIdentity('corp/web');
  const chained = assumed('acme/chained', { source: web.id });
  expect(needsOf(chained, among(web)).connections).toEqual(['corp']);
});

test('a circle is refused, and shown', () => {
  const one = assumed('acme/one', { source: 'acme/two' });
  const two = assumed('acme/two', { source: 'acme/three' });
  const three = assumed('acme/three', { source: 'acme/one' });
  expect(() => needsOf(one, among(one, two, three))).toThrow(
    'acme/one → acme/two → acme/three → acme/one',
  );
  const self = assumed('acme/self', { source: 'acme/self' });
  expect(() => needsOf(self, among(self))).toThrow('circle');
});

test('a circle over an identity context is one as well', () => {
  const role = assumed('acme/role', { source: 'corp/web', context: 'corp/app' });
  const app = iamToken('corp/app', {
    source: role.id,
    subject: { connection: 'corp', token: 'id' },
  });
  expect(() => needsOf(role, among(role, app, webIdentity('corp/web')))).toThrow('circle');
});

test('what is gone is named', () => {
  const lost = assumed('acme/lost', { source: 'acme/gone' });
  expect(() => needsOf(lost, among())).toThrow('acme/lost needs acme/gone, which is gone.');
});

test('two ways to the same account are no circle', () => {
  const token = iamToken('acme/app', {
    source: role.id,
    subject: { connection: 'acme', token: 'access' },
  });
  const both = assumed('acme/both', { source: role.id, context: token.id });
  expect(needsOf(both, among(role, token)).accounts).toEqual([both.id, role.id, token.id]);
});
