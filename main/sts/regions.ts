import { partitionOf } from '../identity-center/partitions.ts';

/** Where STS is asked when nothing else tells: each partition's usual region, by its name in ARNs. */
const usual: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
  'aws-iso': 'us-iso-east-1',
  'aws-iso-b': 'us-isob-east-1',
  'aws-iso-e': 'eu-isoe-west-1',
  'aws-iso-f': 'us-isof-south-1',
};

/**
 * The region whose STS is asked for a role: the one given, if it is in the partition of the role's
 * ARN (no other could know the role), else the usual one there.
 */
export function stsRegion(roleArn: string, given: string | undefined): string {
  const partition = roleArn.split(':')[1] ?? 'aws';
  if (given !== undefined && partitionOf(given).name === partition) return given;
  return usual[partition] ?? 'us-east-1';
}
