/** Put in by the build from package.json; absent when the sources run as they are. */
declare const KEYFOB_VERSION: string | undefined;

/** This build's version, as `0.1.0`; `0.0.0` when the sources run without having been built. */
export const version = typeof KEYFOB_VERSION === 'string' ? KEYFOB_VERSION : '0.0.0';
