import { KeyfobError } from '../../shared/errors.ts';

/**
 * What keytar rejects with is the platform's own message, with no code. These are what libsecret
 * 0.20 and 0.21, macOS and Windows say; a message that is not here becomes `keychain_failed`.
 */
const unavailable = [
  // GIO: no bus
  /cannot autolaunch d-bus/i,
  /could not connect:/i,
  /unable to autolaunch/i,
  /cannot spawn a message bus/i,
  /error spawning command line .*dbus-launch/i,
  // the bus: nobody offers secrets
  /org\.freedesktop\.secrets was not provided/i,
  /the name .*is not activatable/i,
  /process org\.freedesktop\.secrets exited/i,
  // gnome-keyring: no default keyring, and nobody there to be asked for the password of a new one
  /object does not exist at path .*\/org\/freedesktop\/secrets/i,
  // keytar's own library is missing
  /libsecret[^ ]*: cannot open shared object file/i,
  // macOS
  /default keychain could not be found/i,
  /no keychain is available/i,
  // Windows, where no one is logged on
  /specified logon session does not exist/i,
];

const locked = [
  /locked collection/i,
  /is locked/i,
  /prompt (was )?dismissed/i,
  // macOS
  /user interaction is not allowed/i,
  /user canceled the operation/i,
  /user name or passphrase you entered is not correct/i,
];

/** What the keychain of a platform (`process.platform`) said, as one of ours. */
export function keychainError(error: unknown, platform: string): KeyfobError {
  if (error instanceof KeyfobError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (locked.some((pattern) => pattern.test(reason))) return keychainLocked(platform, reason);
  if (unavailable.some((pattern) => pattern.test(reason)) || isModuleError(error)) {
    return keychainUnavailable(platform, error);
  }
  return new KeyfobError('keychain_failed', `The keychain failed: ${reason}`, {
    hint: 'Run `keyfob doctor`. To do without the keychain, set KEYFOB_KEYCHAIN=file, and end the helper that runs with `keyfob daemon --stop`.',
    details: { reason },
    cause: error,
  });
}

export function keychainLocked(platform: string, reason?: string): KeyfobError {
  return new KeyfobError('keychain_locked', 'The keychain is locked.', {
    hint: unlockHint(platform),
    ...(reason === undefined ? {} : { details: { reason } }),
  });
}

/** The keychain gave no answer, most likely since it waits for a person to unlock it. */
export function keychainSilent(platform: string, afterMs: number): KeyfobError {
  const seconds = Math.round(afterMs / 1_000);
  return new KeyfobError(
    'keychain_locked',
    `The keychain did not answer within ${seconds} seconds.`,
    { hint: `It may be asking for its password. ${unlockHint(platform)}` },
  );
}

function keychainUnavailable(platform: string, cause: unknown): KeyfobError {
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return new KeyfobError('keychain_unavailable', 'No keychain can be reached from here.', {
    hint:
      platform === 'linux'
        ? 'Install and unlock gnome-keyring (or another Secret Service) and start Keyfob within a D-Bus session, or set KEYFOB_KEYCHAIN=file to keep secrets in an encrypted file, and end the helper that runs with `keyfob daemon --stop`.'
        : 'Log in on the desktop first, or set KEYFOB_KEYCHAIN=file to keep secrets in an encrypted file, and end the helper that runs with `keyfob daemon --stop`.',
    details: { reason },
    cause,
  });
}

function unlockHint(platform: string): string {
  const unlock =
    platform === 'darwin'
      ? 'Unlock it in Keychain Access, or with `security unlock-keychain`,'
      : platform === 'linux'
        ? 'Unlock it in your desktop (without one: `gnome-keyring-daemon --unlock`),'
        : 'Unlock it,';
  return `${unlock} then try again. To do without it, set KEYFOB_KEYCHAIN=file, and end the helper that runs with \`keyfob daemon --stop\`.`;
}

/** keytar is native: on a machine it was not built for, loading it fails. */
function isModuleError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return (
    code === 'ERR_DLOPEN_FAILED' || code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND'
  );
}
