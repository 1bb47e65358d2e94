import { KeyfobError } from '../../shared/errors.ts';
import { overrideIn } from '../identity-center/endpoints.ts';
import { partitionOf } from '../identity-center/partitions.ts';
import type { Ports } from '../ports.ts';

/** Where the console of a partition is; its main region goes without a name in the hosts. */
const consoles: Readonly<Record<string, { signIn: string; console: string; main: string }>> = {
  aws: { signIn: 'signin.aws.amazon.com', console: 'console.aws.amazon.com', main: 'us-east-1' },
  'aws-cn': { signIn: 'signin.amazonaws.cn', console: 'console.amazonaws.cn', main: 'cn-north-1' },
  'aws-us-gov': {
    signIn: 'signin.amazonaws-us-gov.com',
    console: 'console.amazonaws-us-gov.com',
    main: 'us-gov-west-1',
  },
  'aws-eusc': {
    signIn: 'signin.amazonaws-eusc.eu',
    console: 'console.amazonaws-eusc.eu',
    main: 'eusc-de-east-1',
  },
};

/**
 * The federation endpoint for a region, and the console's page to go on to. AWS_ENDPOINT_URL_SIGNIN
 * replaces the former. Throws `invalid_region`, `console_unavailable` for a partition whose console
 * nobody outside of it can name, and `invalid_input` for an override that won't do.
 */
export function signInUrl(
  region: string,
  env: Ports['env'],
): { readonly federation: string; readonly destination: string } {
  const { name } = partitionOf(region);
  const hosts = consoles[name];
  if (hosts === undefined) throw noConsole(name);
  const prefix = region === hosts.main ? '' : `${region}.`;
  const signIn = overrideIn('AWS_ENDPOINT_URL_SIGNIN', env) ?? `https://${prefix}${hosts.signIn}`;
  return {
    federation: `${signIn}/federation`,
    destination: `https://${prefix}${hosts.console}/console/home?region=${region}`,
  };
}

function noConsole(partition: string): KeyfobError {
  return new KeyfobError(
    'console_unavailable',
    `Keyfob does not know where the console of ${partition} is.`,
    { hint: 'Open it from the access portal.', details: { partition } },
  );
}
