import type { ConfiguredAccount } from '../../shared/account.ts';

type Kind = ConfiguredAccount['kind'];

/** An account of one's own making. */
export const addAccountText = {
  title: (connection: string) => `Add an account to ${connection}`,
  kind: 'What it is',
  kinds: {
    'aws-assumed-role': 'A role assumed with another account',
    'aws-web-identity': 'An AWS role by this connection’s ID token',
    token: 'A token with its own scopes or audience',
    'iam-token': 'A token of an Identity Center application',
  } satisfies Record<Kind, string>,
  kindsHelp: {
    'aws-assumed-role': 'AssumeRole, signed with the account below: role chaining.',
    'aws-web-identity':
      'AssumeRoleWithWebIdentity: AWS trusts the provider, no other account is needed.',
    token: 'Tools that call this API get a token made for it.',
    'iam-token': 'CreateTokenWithIAM, signed with the account below.',
  } satisfies Record<Kind, string>,
  name: 'Name',
  nameExamples: {
    'aws-assumed-role': 'deploy',
    'aws-web-identity': 'deploy',
    token: 'orders-api',
    'iam-token': 'reports',
  } satisfies Record<Kind, string>,
  nameHelp: (path: string) => `It is then called ${path}.`,
  roleArn: 'Role ARN',
  source: 'With the credentials of',
  externalId: 'External id',
  externalIdHelp: 'If the role’s trust policy asks for one.',
  mfaSerial: 'MFA device',
  mfaSerialHelp: 'Its ARN or serial number; you are asked for its code.',
  sessionName: 'Session name',
  sessionNameHelp: 'What CloudTrail shows. Empty: one of Keyfob’s.',
  duration: 'Duration in seconds',
  durationHelp: (least: number, most: number) => `From ${least} to ${most}. Empty: an hour.`,
  durationWrong: (least: number, most: number) =>
    `Write a whole number of seconds, from ${least} to ${most}.`,
  region: 'Region',
  regionHelp: 'Whose STS is asked. Empty: the usual one.',
  scopes: 'Scopes',
  scopesHelp: 'With blanks between them. Empty: those of the connection.',
  audience: 'Audience',
  audienceHelp: 'Where the provider knows audiences (RFC 8693, Auth0).',
  resource: 'Resource',
  resourceHelp: 'The API’s address, where the provider knows resources (RFC 8707).',
  token: 'Which token',
  tokens: { access: 'Access token', id: 'ID token' },
  variable: 'Environment variable',
  variableHelp: 'Where programs run by “keyfob exec” find it, such as API_TOKEN.',
  application: 'Application ARN',
  grant: 'Grant',
  grants: { 'jwt-bearer': 'JWT bearer', 'token-exchange': 'Token exchange' },
  subject: 'Whose token is exchanged',
  subjectHelp: 'The OpenID connection that the application trusts.',
  subjectNone: 'There is no OpenID connection yet. Add the one that the application trusts.',
  add: 'Add the account',
  adding: 'Adding…',
  added: (path: string) => `${path} is added`,
};
