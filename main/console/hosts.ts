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
  'aws-iso': isolated('c2shome.ic.gov', 'us-iso-east-1'),
  'aws-iso-b': isolated('sc2shome.sgov.gov', 'us-isob-east-1'),
  'aws-iso-e': isolated('csphome.adc-e.uk', 'eu-isoe-west-1'),
  'aws-iso-f': isolated('csphome.hci.ic.gov', 'us-isof-south-1'),
};

/** The isolated partitions all follow one pattern, which AWS's own SDKs have for the sign-in. */
function isolated(domain: string, main: string) {
  return { signIn: `signin.${domain}`, console: `console.${domain}`, main };
}

/** The page to go on to; absent: the console's home. */
export interface ConsolePage {
  /** As in the console's own addresses: `s3`, `ec2`. */
  readonly service?: string | undefined;
  /** A whole address instead. */
  readonly destination?: string | undefined;
}

/** What people call services whose pages are under another name. */
const pageNames: Readonly<Record<string, string>> = {
  cfn: 'cloudformation',
  cw: 'cloudwatch',
  ddb: 'dynamodbv2',
  dynamodb: 'dynamodbv2',
  eb: 'elasticbeanstalk',
  eventbridge: 'events',
  logs: 'cloudwatch',
  param: 'systems-manager',
  r53: 'route53',
  sfn: 'states',
  sm: 'secretsmanager',
  ssm: 'systems-manager',
  stepfunctions: 'states',
};

/**
 * The federation endpoint for a region, and the console's page to go on to. AWS_ENDPOINT_URL_SIGNIN
 * replaces the former. Throws `invalid_region`, `console_unavailable`, and `invalid_input` for an
 * override or a page that won't do.
 */
export function signInUrl(
  region: string,
  env: Ports['env'],
  page: ConsolePage = {},
): { readonly federation: string; readonly destination: string } {
  const { name } = partitionOf(region);
  const hosts = consoles[name];
  if (hosts === undefined) throw noConsole(name);
  const prefix = region === hosts.main ? '' : `${region}.`;
  const signIn = overrideIn('AWS_ENDPOINT_URL_SIGNIN', env) ?? `https://${prefix}${hosts.signIn}`;
  const { service = 'console', destination } = page;
  return {
    federation: `${signIn}/federation`,
    destination:
      destination === undefined
        ? `https://${prefix}${hosts.console}/${pageOf(service)}/home?region=${region}`
        : checkedDestination(destination, hosts.console),
  };
}

function pageOf(service: string): string {
  const name = service.toLowerCase();
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    throw new KeyfobError('invalid_input', 'Expected the name of one service.', {
      hint: "Write it as in the console's own addresses: s3, ec2, cloudformation. For a page below it, use --destination.",
    });
  }
  return Object.hasOwn(pageNames, name) ? (pageNames[name] ?? name) : name;
}

/** One is signed in on that page: nobody but the console of this partition may be it. */
function checkedDestination(text: string, console: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fits =
    url?.protocol === 'https:' &&
    url.username === '' &&
    url.password === '' &&
    url.port === '' &&
    (url.hostname === console || url.hostname.endsWith(`.${console}`));
  if (url !== undefined && fits) return url.href;
  throw new KeyfobError('invalid_input', `The destination is no page of ${console}.`, {
    hint: `Copy the address of a page of the console; it starts with https:// and its host ends with ${console}. For another partition name a region of it with --region.`,
  });
}

function noConsole(partition: string): KeyfobError {
  return new KeyfobError(
    'console_unavailable',
    `Keyfob does not know where the console of ${partition} is.`,
    { hint: 'Open it from the access portal.', details: { partition } },
  );
}
