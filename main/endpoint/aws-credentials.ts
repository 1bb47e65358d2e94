import { isoSeconds } from '../accounts/expiration.ts';
import type { AwsCredentials } from '../accounts/source.ts';
import { type PreparedAnswer, prepareJson } from './answers.ts';

// The same credentials object is handed out thousands of times; making its answer costs more than
// sending it.
const prepared = new WeakMap<AwsCredentials, PreparedAnswer>();

/** The credential_process form (aws.md section 7). */
export function prepareCredentials(credentials: AwsCredentials): PreparedAnswer {
  const known = prepared.get(credentials);
  if (known !== undefined) return known;
  const answer = prepareJson(200, {
    Version: 1,
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: isoSeconds(credentials.expiresAt),
    AccountId: credentials.accountId,
  });
  prepared.set(credentials, answer);
  return answer;
}
