/**
 * Electron's fuses, which packaging flips in the binary, under electron-builder's names. With
 * RunAsNode off nobody can have the signed app run a script of theirs, with the keychain's trust.
 *
 * @see https://www.electronjs.org/docs/latest/tutorial/fuses
 */
export const fuses = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
} as const;
