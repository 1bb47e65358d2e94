import { KeyfobError } from '../../shared/errors.ts';

/** A part of AWS with domains of its own. */
export interface Partition {
  readonly name: string;
  readonly dnsSuffix: string;
  readonly dualStackDnsSuffix: string;
  /** False: the plain hosts are FIPS ones already, unless dual-stack is asked for as well. */
  readonly fipsHosts: boolean;
}

// The patterns are those of the AWS SDKs, whose endpoint rules the unit tests compare with.
const partitions: readonly (Partition & { readonly region: RegExp })[] = [
  {
    name: 'aws',
    region: /^(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d+$/,
    dnsSuffix: 'amazonaws.com',
    dualStackDnsSuffix: 'api.aws',
    fipsHosts: true,
  },
  {
    name: 'aws-cn',
    region: /^cn-[a-z]+-\d+$/,
    dnsSuffix: 'amazonaws.com.cn',
    dualStackDnsSuffix: 'api.amazonwebservices.com.cn',
    fipsHosts: true,
  },
  {
    name: 'aws-us-gov',
    region: /^us-gov-[a-z]+-\d+$/,
    dnsSuffix: 'amazonaws.com',
    dualStackDnsSuffix: 'api.aws',
    fipsHosts: false,
  },
  {
    name: 'aws-eusc',
    region: /^eusc-de-[a-z]+-\d+$/,
    dnsSuffix: 'amazonaws.eu',
    dualStackDnsSuffix: 'api.amazonwebservices.eu',
    fipsHosts: true,
  },
  {
    name: 'aws-iso',
    region: /^us-iso-[a-z]+-\d+$/,
    dnsSuffix: 'c2s.ic.gov',
    dualStackDnsSuffix: 'api.aws.ic.gov',
    fipsHosts: true,
  },
  {
    name: 'aws-iso-b',
    region: /^us-isob-[a-z]+-\d+$/,
    dnsSuffix: 'sc2s.sgov.gov',
    dualStackDnsSuffix: 'api.aws.scloud',
    fipsHosts: true,
  },
  {
    name: 'aws-iso-e',
    region: /^eu-isoe-[a-z]+-\d+$/,
    dnsSuffix: 'cloud.adc-e.uk',
    dualStackDnsSuffix: 'api.cloud-aws.adc-e.uk',
    fipsHosts: true,
  },
  {
    name: 'aws-iso-f',
    region: /^us-isof-[a-z]+-\d+$/,
    dnsSuffix: 'csp.hci.ic.gov',
    dualStackDnsSuffix: 'api.aws.hci.ic.gov',
    fipsHosts: true,
  },
];

/** The partition that a region is in. Rejects with `invalid_region`. */
export function partitionOf(region: string): Partition {
  const found = find(region);
  if (found !== undefined) return found;
  const shown = region.length > 40 ? `${region.slice(0, 40)}…` : region;
  throw new KeyfobError('invalid_region', `${JSON.stringify(shown)} is no AWS region.`, {
    hint: hintFor(region),
  });
}

function find(region: string): Partition | undefined {
  // No region is near as long; and what becomes part of a host name should not be.
  return region.length > 40 ? undefined : partitions.find((each) => each.region.test(region));
}

function hintFor(region: string): string {
  const where = 'The region of Identity Center is on its Settings page in the AWS console.';
  const tidy = region.trim().toLowerCase();
  // `eu-west-1a` is a zone in eu-west-1.
  for (const candidate of [tidy, tidy.slice(0, -1)]) {
    if (find(candidate) !== undefined) return `Did you mean ${candidate}? ${where}`;
  }
  return `Write it as in eu-west-1 or us-east-1. ${where}`;
}
