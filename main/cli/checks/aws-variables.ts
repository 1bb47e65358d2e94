import type { Check } from '../../../shared/commands/checks.ts';
import type { Environment } from '../../../shared/places.ts';
import { warning } from './check.ts';

/**
 * Variables that make the AWS tools look past `credential_process` (AWS SDKs and Tools Reference
 * Guide, credential provider chain: they go before the profile). Their values are not shown: they
 * may be secret.
 *
 * @param url the helper's loopback address: a container endpoint there is our own
 */
export function checkAwsVariables(env: Environment, url: string | undefined): readonly Check[] {
  const set = (name: string) => (env[name] ?? '') !== '';
  const found: Check[] = [];
  if (set('AWS_ACCESS_KEY_ID') || set('AWS_SECRET_ACCESS_KEY')) {
    found.push(
      warning(
        'aws.keys',
        'AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is set: the AWS tools take these keys, whatever your profiles and the active account say.',
        'Unset AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, unless you mean them.',
      ),
    );
  }
  if (set('AWS_WEB_IDENTITY_TOKEN_FILE') && set('AWS_ROLE_ARN')) {
    found.push(
      warning(
        'aws.web_identity',
        'AWS_WEB_IDENTITY_TOKEN_FILE is set: without a profile the AWS tools assume AWS_ROLE_ARN with that file.',
        'Unset both, unless you mean them.',
      ),
    );
  }
  const container = env.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '';
  const ours = url !== undefined && container.startsWith(`${url}/`);
  if (!ours && (container !== '' || set('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'))) {
    found.push(
      warning(
        'aws.container',
        'A variable AWS_CONTAINER_CREDENTIALS_… names an endpoint that is not this helper.',
        'Unset it, unless you mean it. `keyfob exec` sets its own.',
      ),
    );
  }
  if (
    set('AWS_DEFAULT_PROFILE') &&
    set('AWS_PROFILE') &&
    env.AWS_DEFAULT_PROFILE !== env.AWS_PROFILE
  ) {
    found.push(
      warning(
        'aws.default_profile',
        'AWS_PROFILE and AWS_DEFAULT_PROFILE name different profiles: the AWS CLI goes by the one, older tools by the other.',
        'Unset AWS_DEFAULT_PROFILE.',
      ),
    );
  }
  return found;
}
