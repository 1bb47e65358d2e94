import { describe, expect, test } from 'vitest';
import { byWhom, grantLabels, subjectOf, whyFailed } from '../../../renderer/activity-words.ts';
import { text } from '../../../renderer/text.ts';
import type { ActivityEntry, Grant } from '../../../shared/model.ts';

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

const grant: Grant = {
  id: 'g1',
  label: 'ide',
  accounts: [],
  createdAt: at,
  expiresAt: at,
  ephemeral: false,
};

describe('what an entry is about', () => {
  test('is the account, else the connection, else the grant by its label', () => {
    const labels = grantLabels([grant], []);
    const account = 'acme/prod/Admin';
    expect(subjectOf(entry({ account, connection: 'acme', grant: 'g1' }), labels)).toBe(account);
    expect(subjectOf(entry({ connection: 'acme' }), labels)).toBe('acme');
    expect(subjectOf(entry({ what: 'grant-create', grant: 'g1' }), labels)).toBe('ide');
    expect(subjectOf(entry({ what: 'grant-refused' }), labels)).toBe('');
    // Who used it is said elsewhere.
    expect(subjectOf(entry({ listener: 'loopback', grant: 'g1' }), labels)).toBe('');
  });

  test('a grant that has ended still goes by the label under which it was used', () => {
    const used = entry({ grant: 'g2', listener: 'loopback', client: 'old ide' });
    const revoked = entry({ grant: 'g2', what: 'grant-revoke', listener: 'window' });
    const labels = grantLabels([], [revoked, used]);
    expect(subjectOf(revoked, labels)).toBe('old ide');
  });
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
