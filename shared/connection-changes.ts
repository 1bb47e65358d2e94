import { z } from 'zod';
import { browserCommandSchema, flowSchema, scopeSchema } from './connection-basics.ts';
import { oidcSettingsSchema } from './oidc-settings.ts';

/** What of a connection may change while it is signed in; null takes a setting away. */

const {
  prompt,
  loginHint,
  acrValues,
  uiLocales,
  maxAgeSeconds,
  pushedAuthorization,
  audience,
  username,
} = oidcSettingsSchema.shape;

/** Of connections of every kind. */
export const commonChanges = {
  flow: flowSchema.exactOptional(),
  browser: browserCommandSchema.nullable().exactOptional(),
};

/** Of connections to OpenID providers. Scopes take effect with the next sign-in. */
export const oidcChanges = {
  scopes: z.array(scopeSchema).max(50).exactOptional(),
  passwordAllowed: z.boolean().exactOptional(),
  prompt: prompt.unwrap().nullable().exactOptional(),
  loginHint: loginHint.unwrap().nullable().exactOptional(),
  acrValues: acrValues.unwrap().nullable().exactOptional(),
  uiLocales: uiLocales.unwrap().nullable().exactOptional(),
  maxAgeSeconds: maxAgeSeconds.unwrap().nullable().exactOptional(),
  pushedAuthorization: pushedAuthorization.unwrap().nullable().exactOptional(),
  audience: audience.unwrap().nullable().exactOptional(),
  username: username.unwrap().nullable().exactOptional(),
};

export const connectionChangesSchema = z.strictObject({ ...commonChanges, ...oidcChanges });
export type ConnectionChanges = z.infer<typeof connectionChangesSchema>;
