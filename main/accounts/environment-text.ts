import { type Shell, shellText } from '../../shared/shell-words.ts';
import { isoSeconds } from './expiration.ts';
import type { AwsCredentials } from './source.ts';

/** The lines that set credentials as environment variables in a shell. Secret. */
export function environmentText(
  { accessKeyId, secretAccessKey, sessionToken, expiresAt }: AwsCredentials,
  shell: Shell,
): string {
  const set = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_CREDENTIAL_EXPIRATION: isoSeconds(expiresAt),
  };
  return shellText({ set, unset: [] }, shell);
}
