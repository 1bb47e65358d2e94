import { describe, expect, test } from 'vitest';
import {
  catalogueWords,
  countOf,
  sessionWords,
} from '../../../../../main/cli/text/session-text.ts';
import { createStyle, wantsColour } from '../../../../../main/cli/text/style.ts';
import { displayWidth, table } from '../../../../../main/cli/text/table.ts';
import { duration, timeAgo, timeLeft } from '../../../../../main/cli/text/time.ts';
import type { OidcSettings } from '../../../../../shared/oidc-settings.ts';
import { connectionView, noon } from '../../../../support/cli.ts';

describe('durations', () => {
  test.each([
    [0, '0 s'],
    [-5, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [58 * 60_000 + 59_000, '58 min'],
    [3_600_000, '1 h'],
    [7 * 3_600_000 + 59 * 60_000, '7 h 59 min'],
    [24 * 3_600_000, '1 d'],
    [91 * 24 * 3_600_000 + 2 * 3_600_000, '91 d 2 h'],
  ])('%i ms is %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  test('what is past has ended', () => {
    expect(timeLeft('2026-01-01T12:58:00Z', noon)).toBe('58 min left');
    expect(timeLeft('2026-01-01T12:00:00Z', noon)).toBe('ended');
    expect(timeAgo('2026-01-01T11:57:00Z', noon)).toBe('3 min ago');
    expect(timeAgo('2026-01-01T12:00:00Z', noon)).toBe('just now');
  });
});

describe('tables', () => {
  test('columns are as wide as their widest cell, and lines end without spaces', () => {
    expect(
      table([
        ['a', 'bb', ''],
        ['ccc', 'd', 'e'],
      ]),
    ).toBe('a    bb\nccc  d   e\n');
  });

  test('wide characters, combining marks and colours are measured as they are shown', () => {
    expect(displayWidth('日本')).toBe(4);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(displayWidth('👍')).toBe(2);
    expect(displayWidth(createStyle(true).good('ok'))).toBe(2);
    expect(
      table([
        ['日本', 'x'],
        ['abcd', 'y'],
      ]),
    ).toBe('日本  x\nabcd  y\n');
  });
});

describe('colour', () => {
  test('is for terminals that do not refuse it', () => {
    expect(wantsColour({}, true)).toBe(true);
    expect(wantsColour({}, false)).toBe(false);
    expect(wantsColour({ TERM: 'dumb' }, true)).toBe(false);
    expect(wantsColour({ NO_COLOR: '1' }, true)).toBe(false);
    expect(wantsColour({ NO_COLOR: '' }, true)).toBe(true);
    expect(wantsColour({ FORCE_COLOR: '1' }, false)).toBe(true);
    expect(wantsColour({ FORCE_COLOR: '0' }, true)).toBe(false);
    expect(wantsColour({ FORCE_COLOR: '1', NO_COLOR: '1' }, true)).toBe(false);
  });

  test('changes nothing where it is off', () => {
    expect(createStyle(false).bad('x')).toBe('x');
    expect(createStyle(true).bad('x')).toBe('\u001b[31mx\u001b[39m');
  });
});

describe('sessions in words', () => {
  test.each([
    [{ state: 'signed_in' } as const, 'signed in, 58 min left, renews by itself'],
    [
      { state: 'signed_in', renewable: false } as const,
      'signed in, 58 min left, does not renew itself',
    ],
    [{ state: 'expired' } as const, 'expired, renewal is being tried'],
    [{ state: 'signed_out' } as const, 'signed out'],
    [{ state: 'unknown' } as const, 'the keychain has not answered yet'],
  ])('%j', (session, words) => {
    expect(sessionWords(connectionView('acme', session).session, noon)).toBe(words);
  });

  test('counts have their plural', () => {
    expect(countOf(1, 'account')).toBe('1 account');
    expect(countOf(5_000, 'account')).toBe('5,000 accounts');
    expect(catalogueWords(connectionView('a', {}, { accounts: 0 }))).toBe('0 accounts');
  });

  test('an OpenID connection has no list to count', () => {
    const view = connectionView('a', {}, { accounts: 0 });
    const oidc: OidcSettings = {
      kind: 'oidc',
      name: 'a',
      issuer: 'https://login.test',
      metadata: 'oidc',
      clientAuthentication: 'none',
      grant: 'interactive',
      scopes: ['openid'],
      flow: 'auto',
    };
    expect(catalogueWords({ ...view, settings: oidc })).toBe('tokens');
  });
});
