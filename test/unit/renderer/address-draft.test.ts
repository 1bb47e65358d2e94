import { describe, expect, test } from 'vitest';
import { type AddressDraft, addressForm, emptyDraft } from '../../../renderer/address-draft.ts';
import type { AddressCheck } from '../../../renderer/use-address-check.ts';

const startUrl = 'https://acme.awsapps.com/start';
const typed: AddressDraft = { ...emptyDraft, address: 'https://acme.awsapps.com/start/#/' };
const found: AddressCheck = {
  state: 'found',
  found: { kind: 'identity-center', startUrl, region: 'eu-west-1', name: 'acme' },
};

function failed(code: string): AddressCheck {
  return { state: 'failed', error: { code, message: 'Why.', hint: 'What to do.' } };
}

test('before anything makes sense there is one question, and nothing to add', () => {
  for (const check of [{ state: 'empty' }, failed('invalid_start_url')] as const) {
    const form = addressForm(emptyDraft, check);
    expect(form.kind).toBeUndefined();
    expect(form.connection).toBeUndefined();
  }
});

test('what was found fills in the rest, in the address’s one form', () => {
  const form = addressForm(typed, found);
  expect(form).toMatchObject({ kind: 'identity-center', region: 'eu-west-1', name: 'acme' });
  expect(form.connection).toEqual({
    kind: 'identity-center',
    name: 'acme',
    startUrl,
    region: 'eu-west-1',
    flow: 'auto',
  });
});

test('what a person typed goes before what was found', () => {
  const form = addressForm(
    { ...typed, region: 'us-east-1', name: ' work ', flow: 'device' },
    found,
  );
  expect(form.connection).toMatchObject({ region: 'us-east-1', name: 'work', flow: 'device' });
});

test('nothing is added without a region or a name, even where they were taken away again', () => {
  expect(addressForm({ ...typed, region: '' }, found).connection).toBeUndefined();
  expect(addressForm({ ...typed, name: ' ' }, found).connection).toBeUndefined();
});

test('what Keyfob has already is not added again', () => {
  const known: AddressCheck = { ...found, found: { ...found.found, existing: 'acme' } };
  const form = addressForm(typed, known);
  expect(form.existing).toBe('acme');
  expect(form.connection).toBeUndefined();
});

describe('an OpenID provider', () => {
  const offers = {
    browser: true,
    device: true,
    registration: true,
    pushedAuthorization: false,
    dpop: false,
    userinfo: true,
    introspection: true,
    revocation: true,
  };
  const issuer = 'https://id.example.com';
  const provider = (changes: Partial<typeof offers> = {}, existing?: string): AddressCheck => ({
    state: 'found',
    found: {
      kind: 'oidc',
      issuer,
      metadata: 'oidc',
      name: 'example',
      offers: { ...offers, ...changes },
      ...(existing === undefined ? {} : { existing }),
    },
  });
  const at: AddressDraft = { ...emptyDraft, address: issuer };
  const withOidc = (oidc: Partial<AddressDraft['oidc']>): AddressDraft => ({
    ...at,
    oidc: { ...at.oidc, ...oidc },
  });

  test('needs nothing more where Keyfob can register itself', () => {
    const form = addressForm(at, provider());
    expect(form.kind).toBe('oidc');
    expect(form.connection).toEqual({
      kind: 'oidc',
      name: 'example',
      issuer,
      metadata: 'oidc',
      grant: 'interactive',
      flow: 'auto',
    });
  });

  test('without registration there must be a client id', () => {
    const fixed = provider({ registration: false });
    expect(addressForm(at, fixed).connection).toBeUndefined();
    expect(addressForm(withOidc({ clientId: ' cli ' }), fixed).connection).toMatchObject({
      clientId: 'cli',
    });
  });

  test('secrets go along only with what they belong to', () => {
    const both = { clientSecret: 'a', initialAccessToken: 'b' };
    const registered = addressForm(withOidc(both), provider()).connection;
    expect(registered).toMatchObject({ initialAccessToken: 'b' });
    expect(registered).not.toHaveProperty('clientSecret');
    const given = addressForm(withOidc({ ...both, clientId: 'cli' }), provider()).connection;
    expect(given).toMatchObject({ clientSecret: 'a' });
    expect(given).not.toHaveProperty('initialAccessToken');
  });

  test('that knows device codes alone is signed in to by one', () => {
    expect(addressForm(at, provider({ browser: false })).connection).toMatchObject({
      flow: 'device',
    });
  });

  test('gets a password only once the person has said so', () => {
    const password = withOidc({ grant: 'password' });
    expect(addressForm(password, provider()).connection).toBeUndefined();
    const allowed = withOidc({ grant: 'password', passwordAllowed: true });
    expect(addressForm(allowed, provider()).connection).toMatchObject({ passwordAllowed: true });
  });

  test('can be added again, as another client', () => {
    expect(addressForm(at, provider({}, 'corp')).connection).toBeDefined();
  });

  test('that can’t be reached, or is another than it says, can’t be added', () => {
    for (const code of ['network_error', 'issuer_mismatch']) {
      expect(addressForm({ ...at, name: 'corp' }, failed(code))).toMatchObject({
        kind: undefined,
        connection: undefined,
      });
    }
    expect(addressForm(at, failed('network_error')).passing).toBe(true);
    expect(addressForm(at, failed('issuer_mismatch')).passing).toBe(false);
  });
});

describe('a failed check', () => {
  test('stands at the field that it is about', () => {
    const region = addressForm({ ...typed, region: 'eu-west-9' }, failed('invalid_region'));
    expect(region.regionError?.message).toBe('Why.');
    expect(region.addressError).toBeUndefined();
    const address = addressForm(typed, failed('invalid_start_url'));
    expect(address.addressError?.message).toBe('Why.');
    expect(address.regionError).toBeUndefined();
  });

  test('of the way there does not keep a person from adding what they know', () => {
    const draft = { ...typed, region: 'eu-west-1', name: 'acme' };
    const form = addressForm(draft, failed('network_error'));
    expect(form.passing).toBe(true);
    expect(form.connection).toMatchObject({ startUrl: typed.address, region: 'eu-west-1' });
  });

  test.each(['invalid_start_url', 'invalid_region'])('of %s does, and would fail again', (code) => {
    const form = addressForm({ ...typed, region: 'eu-west-1', name: 'acme' }, failed(code));
    expect(form.passing).toBe(false);
    expect(form.connection).toBeUndefined();
  });
});
