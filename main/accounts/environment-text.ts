import type { Shell } from '../../shared/commands/accounts.ts';
import { isoSeconds } from './expiration.ts';
import type { AwsCredentials } from './source.ts';

/** The lines that set credentials as environment variables in a shell. Secret. */
export function environmentText(
  { accessKeyId, secretAccessKey, sessionToken, expiresAt }: AwsCredentials,
  shell: Shell,
): string {
  const variables = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_CREDENTIAL_EXPIRATION: isoSeconds(expiresAt),
  };
  const line = lines[shell];
  return Object.entries(variables)
    .map(([name, value]) => `${line(name, value)}\n`)
    .join('');
}

// Within single quotes each shell leaves all but a few characters alone.
const lines: Record<Shell, (name: string, value: string) => string> = {
  sh: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  fish: (name, value) => `set -gx ${name} '${value.replaceAll(/[\\']/g, '\\$&')}'`,
  powershell: (name, value) => `$Env:${name} = '${value.replaceAll(/['‘’‚‛]/g, '$&$&')}'`,
};
