import { describe, expect, test } from 'vitest';
import {
  keepsWindowOpen,
  needsPerson,
  printable,
  tooltip,
} from '../../../../main/desktop/session-words.ts';
import type { State } from '../../../../shared/model.ts';
import {
  accountAt,
  asksPassword,
  connectionNamed,
  isoAfter,
  noon,
  promptFor,
  signInOf,
  stateWith,
  tokenOf,
} from '../../../support/desktop-state.ts';

const account = accountAt('acme/prod/Admin');
const token = tokenOf('corp');
const question = {
  id: 'q',
  account: account.id,
  path: account.path,
  client: 'terraform',
  askedAt: isoAfter(0),
  expiresAt: isoAfter(1),
};
const asking = signInOf('corp', { flow: 'form', asks: asksPassword });
const active = (part: Partial<State>) =>
  stateWith({ accounts: [account], active: account.id, ...part });

describe('the tooltip says', () => {
  test.each<[string, State]>([
    ['Keyfob: acme/prod/Admin, 58 min left', active({ connections: [connectionNamed('acme')] })],
    [
      'Keyfob: acme/prod/Admin, signed out',
      active({ connections: [connectionNamed('acme', { state: 'signed_out' })] }),
    ],
    [
      'Keyfob: acme/prod/Admin, expired, being renewed',
      active({ connections: [connectionNamed('acme', { state: 'expired' })] }),
    ],
    ['Keyfob: no account is active', stateWith()],
    [
      'Keyfob: corp/access, 58 min left',
      stateWith({ accounts: [token], active: token.id, connections: [connectionNamed('corp')] }),
    ],
    [
      'Keyfob: terraform asks for acme/prod/Admin; no account is active',
      stateWith({ confirmations: [question] }),
    ],
    [
      'Keyfob: MFA code needed for acme/prod/Deploy; acme/prod/Admin, 58 min left',
      active({ connections: [connectionNamed('acme')], prompts: [promptFor('acme/prod/Deploy')] }),
    ],
    [
      'Keyfob: the sign-in to corp asks you; no account is active',
      stateWith({ signIns: [asking] }),
    ],
  ])('%s', (words, state) => {
    expect(tooltip(state, noon)).toBe(words);
  });

  test('no more than Windows shows', () => {
    const long = accountAt(`acme/${'x'.repeat(200)}/Admin`);
    expect(tooltip(stateWith({ accounts: [long], active: long.id }), noon)).toHaveLength(127);
  });
});

describe('the person is needed', () => {
  const failed = { code: 'invalid_grant', message: 'The session has ended.' };
  test.each<[string, boolean, State]>([
    ['by an open question', true, active({ confirmations: [question] })],
    ['by a code that a tool waits for', true, stateWith({ prompts: [promptFor('acme/a/Deploy')] })],
    ['by a sign-in that asks here', true, stateWith({ signIns: [asking] })],
    ['not by one that is over', false, stateWith({ signIns: [{ ...asking, state: 'failed' }] })],
    [
      'when the active account is signed out',
      true,
      active({ connections: [connectionNamed('acme', { state: 'signed_out' })] }),
    ],
    [
      'when a session was ended by the provider',
      true,
      stateWith({ connections: [connectionNamed('corp', { state: 'signed_out', error: failed })] }),
    ],
    [
      'not for a connection that nobody is using',
      false,
      active({
        connections: [connectionNamed('acme'), connectionNamed('corp', { state: 'signed_out' })],
      }),
    ],
    [
      'not while a renewal is being tried',
      false,
      active({ connections: [connectionNamed('acme', { state: 'expired', error: failed })] }),
    ],
  ])('%s', (_when, needed, state) => {
    expect(needsPerson(state)).toBe(needed);
  });
});

test.each<[string, boolean, Partial<State>]>([
  ['a question is open', true, { confirmations: [question] }],
  ['a code is waited for', true, { prompts: [promptFor('acme/prod/Deploy')] }],
  ['a code must be seen', true, { signIns: [signInOf('acme', { userCode: 'ABCD-EFGH' })] }],
  ['a form is being filled in', true, { signIns: [asking] }],
  ['a form is over', false, { signIns: [{ ...asking, state: 'cancelled' }] }],
  ['the browser is waited for', false, { signIns: [signInOf('acme')] }],
  ['nothing is under way', false, {}],
])('while %s, whether the window stays: %s', (_what, stays, part) => {
  expect(keepsWindowOpen(stateWith(part))).toBe(stays);
});

test('a name can’t turn its line around or break it', () => {
  expect(printable('a\u202Eb\nc\u0000d\u200Be\u2028f')).toBe('a b c d e f');
});
