import { connectSessionBus, type SessionBus, sessionBusPaths } from './session-bus.ts';
import { readBooleanVariant, readString } from './session-bus-message.ts';

const service = 'org.freedesktop.secrets';

/**
 * Whether the default keyring of Linux' Secret Service is locked. False where that can't be found out.
 *
 * libsecret's lookup, and so keytar's, answers "there is none" for an item in a locked keyring, as
 * soon as no one is there to unlock it. Without this question a locked keyring would look like one
 * where nobody has ever signed in.
 */
export async function isSecretServiceLocked(
  env: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  for (const path of sessionBusPaths(env)) {
    try {
      const bus = await connectSessionBus(path);
      try {
        return await isDefaultCollectionLocked(bus);
      } finally {
        bus.close();
      }
    } catch {
      // The next address, if there is one. What keytar said stands.
    }
  }
  return false;
}

async function isDefaultCollectionLocked(bus: SessionBus): Promise<boolean> {
  const alias = await bus.call({
    destination: service,
    path: '/org/freedesktop/secrets',
    interface: 'org.freedesktop.Secret.Service',
    member: 'ReadAlias',
    strings: ['default'],
  });
  const collection = readString(alias);
  // "/" is D-Bus' way to say none: nothing can lie in it.
  if (collection === '/') return false;
  const locked = await bus.call({
    destination: service,
    path: collection,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    strings: ['org.freedesktop.Secret.Collection', 'Locked'],
  });
  return readBooleanVariant(locked);
}
