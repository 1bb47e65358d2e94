import type { JWK } from 'jose';
import type { RegistrationView } from '../../shared/commands/oidc.ts';
import type { OidcSettings } from '../../shared/oidc-settings.ts';
import type { StoredClient } from '../connections/provider.ts';
import { publicKeySet } from './keys.ts';

/** A client as it may be shown: without its secrets, and with its public keys. */
export function registrationView(
  settings: OidcSettings,
  client: StoredClient | undefined,
): RegistrationView {
  const { registration, signingKey, decryptionKeys = [] } = client ?? {};
  const keys = [signingKey, ...decryptionKeys].filter((key) => key !== undefined);
  const { secretExpiresAt } = registration ?? {};
  return {
    clientId: settings.clientId ?? registration?.clientId ?? '',
    metadata: withoutSecrets(registration?.answer ?? {}),
    jwks: { keys: publicKeySet(keys.map((key) => key as JWK)).keys.map((key) => ({ ...key })) },
    manageable:
      registration?.registrationClientUri !== undefined &&
      registration.registrationAccessToken !== undefined,
    ...(secretExpiresAt === undefined
      ? {}
      : { secretExpiresAt: new Date(secretExpiresAt).toISOString() }),
  };
}

/** RFC 7591 section 3.2.1 and RFC 7592 section 3 name two; others may be called alike. */
function withoutSecrets(answer: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown = Object.entries(answer).filter(
    ([name]) =>
      name === 'client_secret_expires_at' ||
      !/secret|access_token|software_statement|password|registration_client_uri/i.test(name),
  );
  return Object.fromEntries(shown);
}
