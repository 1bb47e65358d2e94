/** Names of values that are secret in kubeconfigs, Docker's and git's configuration. */
const secretNames =
  'token|id-token|refresh-token|access-token|password|passwd|secret|client-secret|client-key-data|auth|identitytoken|registrytoken|extraheader';

const yamlOrIni = new RegExp(`^(\\s*(?:-\\s+)?(?:${secretNames})\\s*[:=]\\s*)\\S.*$`, 'gim');
const inBraces = new RegExp(`([{,]\\s*(?:${secretNames})\\s*:\\s*)[^\\s"',}][^,}\\n]*`, 'gi');
const json = new RegExp(`("(?:${secretNames})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'gi');

/**
 * A configuration as it may be shown on a screen: the lines around a change can hold what was never
 * meant for one. The text stays as many lines long as it is.
 */
export function hideSecrets(text: string | null): string | null {
  if (text === null) return null;
  return text
    .replace(json, '$1"(hidden)"')
    .replace(inBraces, '$1(hidden)')
    .replace(yamlOrIni, '$1(hidden)');
}
