import { parseArgs } from 'node:util';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromProcess } from '@aws-sdk/credential-providers';

/** `aws sts get-caller-identity` for machines without the AWS CLI; the same options, the same output. */

const { values } = parseArgs({
  options: {
    profile: { type: 'string' },
    region: { type: 'string', default: 'eu-west-1' },
    'endpoint-url': { type: 'string', default: '' },
  },
});
const sts = new STSClient({
  region: values.region,
  endpoint: values['endpoint-url'],
  // Without a profile, as the SDK finds them by itself.
  ...(values.profile === undefined
    ? {}
    : { credentials: fromProcess({ profile: values.profile }) }),
});
const { UserId, Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
process.stdout.write(`${JSON.stringify({ UserId, Account, Arn }, null, 4)}\n`);
