/** How a session stands, in words. */
export const sessionText = {
  signedIn: 'signed in',
  signedInUntil: (time: string) => `signed in until ${time}`,
  expiresIn: (time: string) => `expires in ${time}`,
  expired: 'expired, trying to renew',
  signedOut: 'signed out',
  readingKeychain: 'reading the keychain',
  keychainFailed: 'keychain not readable',
};
