import { isoSeconds } from '../accounts/expiration.ts';
import type { AwsCredentials } from '../accounts/source.ts';
import { type PreparedAnswer, prepareJson } from './answers.ts';

/**
 * What `credential_process` prints (AWS SDKs and Tools Reference Guide, process credential
 * provider).
 */
export const prepareCredentials = remembered((credentials) => ({
  Version: 1,
  AccessKeyId: credentials.accessKeyId,
  SecretAccessKey: credentials.secretAccessKey,
  SessionToken: credentials.sessionToken,
  Expiration: isoSeconds(credentials.expiresAt),
  AccountId: credentials.accountId,
}));

/**
 * What a container endpoint answers (the same guide, container credential provider). The Rust SDK
 * takes a `Code` other than `Success` for an error, and none for none, so there is none.
 */
export const prepareContainer = remembered((credentials) => ({
  AccessKeyId: credentials.accessKeyId,
  SecretAccessKey: credentials.secretAccessKey,
  Token: credentials.sessionToken,
  Expiration: isoSeconds(credentials.expiresAt),
  AccountId: credentials.accountId,
}));

/**
 * The same credentials object is handed out thousands of times; making its answer costs more than
 * sending it.
 */
function remembered(
  form: (credentials: AwsCredentials) => unknown,
): (credentials: AwsCredentials) => PreparedAnswer {
  const prepared = new WeakMap<AwsCredentials, PreparedAnswer>();
  return (credentials) => {
    const known = prepared.get(credentials);
    if (known !== undefined) return known;
    const answer = prepareJson(200, form(credentials));
    prepared.set(credentials, answer);
    return answer;
  };
}
