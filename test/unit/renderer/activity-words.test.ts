import { expect, test } from 'vitest';
import { byWhom, subjectOf, whyFailed } from '../../../renderer/activity-words.ts';
import { text } from '../../../renderer/text.ts';
import type { ActivityEntry } from '../../../shared/model.ts';

const at = '2026-01-01T00:00:00.000Z';

function entry(changes: Partial<ActivityEntry>): ActivityEntry {
  return {
    id: '1',
    at,
    lastAt: at,
    count: 1,
    client: 'terraform',
    listener: 'socket',
    account: null,
    connection: null,
    what: 'aws-credentials',
    outcome: 'ok',
    ...changes,
  };
}

test('an entry is about what it names, and the account, else the connection', () => {
  const account = 'acme/prod/Admin';
  expect(subjectOf(entry({ account, connection: 'acme' }))).toBe(account);
  expect(subjectOf(entry({ connection: 'acme' }))).toBe('acme');
  expect(subjectOf(entry({ what: 'grant-revoke', subject: 'ide' }))).toBe('ide');
  const host = 'registry.example.com';
  expect(subjectOf(entry({ what: 'registry-set', subject: host, account }))).toBe(
    `${host}, ${account}`,
  );
  expect(subjectOf(entry({ what: 'grant-refused' }))).toBe('');
});

test('who it was says by which way, where that is not the socket', () => {
  expect(byWhom(entry({}))).toBe(text.activity.by('terraform'));
  expect(byWhom(entry({ listener: 'window' }))).toBe(text.activity.by(text.activity.window));
  const byGrant = entry({ listener: 'loopback', client: 'ide', grant: 'g1' });
  expect(byWhom(byGrant)).toBe(text.activity.byGrant('ide'));
  const stranger = entry({ listener: 'loopback', client: 'a local program' });
  expect(byWhom(stranger)).toBe(text.activity.byStranger('a local program'));
});

test('why it failed is in words where there are any, else the code', () => {
  expect(whyFailed(entry({}))).toBeUndefined();
  expect(whyFailed(entry({ outcome: 'grant_invalid' }))).toBe(text.activity.outcomes.grant_invalid);
  expect(whyFailed(entry({ outcome: 'disk_full' }))).toBe(text.activity.failed('disk_full'));
});
