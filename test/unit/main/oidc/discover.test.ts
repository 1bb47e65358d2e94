import { describe, expect, test } from 'vitest';
import { discoverIssuer, looksLikeIssuer, nameOf } from '../../../../main/oidc/discover.ts';
import { createFakePorts, jsonResponse } from '../../../support/fake-ports.ts';

const signal = new AbortController().signal;
const wellKnown = (issuer: string) =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

test.each([
  ['https://login.example.com', 'example'],
  ['https://auth.example.co.uk/', 'example'],
  ['https://keycloak.example.com/realms/Acme', 'acme'],
  ['https://acme.okta.com/oauth2/default', 'okta'],
  ['https://login.microsoftonline.com/common/v2.0', 'microsoftonline'],
  ['http://127.0.0.1:8080', 'oidc'],
])('%s is called %s', (issuer, name) => {
  expect(nameOf(issuer)).toBe(name);
});

test.each([
  ['https://login.example.com', true],
  [' https://login.example.com/realms/acme ', true],
  ['http://127.0.0.1:8080', true],
  ['http://login.example.com', false],
  ['acme', false],
  ['file:///etc/passwd', false],
])('%j looks like an issuer: %s', (text, expected) => {
  expect(looksLikeIssuer(text)).toBe(expected);
});

describe('the spelling', () => {
  const document = (issuer: string) =>
    jsonResponse({ issuer, authorization_endpoint: `${issuer}auth`, token_endpoint: `${issuer}t` });

  test('of the provider counts, where only the slash at the end differs', async () => {
    const ports = createFakePorts();
    ports.fetch.on(wellKnown('https://login.test/'), document('https://login.test/'));
    const found = await discoverIssuer('https://login.test', ports, signal);
    expect(found).toMatchObject({ issuer: 'https://login.test/', metadata: 'oidc' });
  });

  test('of another provider is refused', async () => {
    const ports = createFakePorts();
    ports.fetch.on(wellKnown('https://login.test'), document('https://evil.test/'));
    await expect(discoverIssuer('https://login.test', ports, signal)).rejects.toMatchObject({
      code: 'issuer_mismatch',
    });
  });
});
