import {
  type ConnectionChanges,
  commonChanges,
  oidcChanges,
} from '../../shared/connection-changes.ts';
import { KeyfobError } from '../../shared/errors.ts';
import { type ConnectionSettings, connectionSettingsSchema } from '../../shared/model.ts';

export type { ConnectionChanges } from '../../shared/connection-changes.ts';

/**
 * The settings after `changes`. Throws `invalid_input` for a setting that connections of this kind
 * do not have.
 */
export function changedSettings(
  settings: ConnectionSettings,
  changes: ConnectionChanges,
): ConnectionSettings {
  const own: object =
    settings.kind === 'oidc' ? { ...commonChanges, ...oidcChanges } : commonChanges;
  const entries = Object.entries(changes).filter(([, value]) => value !== undefined);
  const foreign = entries.map(([name]) => name).filter((name) => !Object.hasOwn(own, name));
  if (foreign.length > 0) {
    throw new KeyfobError(
      'invalid_input',
      `${settings.name} has no such setting: ${foreign.join(', ')}.`,
      { hint: 'These belong to connections to OpenID providers.' },
    );
  }
  const merged = { ...settings, ...Object.fromEntries(entries) };
  const kept = Object.entries(merged).filter(([, value]) => value !== null);
  return connectionSettingsSchema.parse(Object.fromEntries(kept));
}
