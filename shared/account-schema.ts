import { z } from 'zod';

/**
 * What one can act as, by kind. Like all of the state, these hold how an account is made, and never
 * what comes out of it.
 */

/** The last segment of a configured account's path; twelve digits would read as an AWS account. */
export const accountNameSchema = z
  .string()
  .regex(
    /^(?!\d{12}$)[A-Za-z0-9][A-Za-z0-9_.+=,@-]{0,62}$/,
    'Expected 1 to 63 letters, digits or _ . + = , @ -, starting with a letter or digit, and not an AWS account id',
  );

const named = {
  /** Never changes, always resolves. */
  id: z.string(),
  /** What people read and type. */
  path: z.string(),
  /** The connection that it is listed under, the first segment of its path. */
  connection: z.string(),
};

/** A role of IAM Identity Center, as the portal lists it. */
const awsRoleSchema = z.object({
  kind: z.literal('aws-role'),
  /** Id: `connection/123456789012/Role`; path: `connection/account-name/Role`. */
  ...named,
  accountId: z.string(),
  accountName: z.string(),
  emailAddress: z.string().optional(),
  roleName: z.string(),
});

/** What is configured by hand has `connection/name` as its id and its path. */
const configured = { ...named, name: accountNameSchema };

const sessionTagSchema = z.strictObject({ key: z.string(), value: z.string() });

const assumed = {
  roleArn: z.string(),
  /** Absent: one that tells Keyfob's sessions from others. */
  sessionName: z.string().exactOptional(),
  durationSeconds: z.number().int().exactOptional(),
  /** The session policy, as JSON. */
  policy: z.string().exactOptional(),
  policyArns: z.array(z.string()).exactOptional(),
  /** Whose STS is asked; absent: as the source's, else the usual one of the role's partition. */
  region: z.string().exactOptional(),
};

/** Both are of the ARN, for whoever shows or searches accounts. */
const roleNames = { accountId: z.string(), roleName: z.string() };

const assumedRoleSettings = {
  ...assumed,
  /** The id of the account whose credentials sign. */
  source: z.string(),
  externalId: z.string().exactOptional(),
  tags: z.array(sessionTagSchema).exactOptional(),
  transitiveTagKeys: z.array(z.string()).exactOptional(),
  sourceIdentity: z.string().exactOptional(),
  /** The MFA device, by serial number or ARN; its code is asked for each time. */
  mfaSerial: z.string().exactOptional(),
  /** Identity-enhanced: the id of the `iam-token` account whose identity context goes along. */
  context: z.string().exactOptional(),
};

const webIdentitySettings = assumed;

const tokenSettings = {
  scopes: z.array(z.string()).exactOptional(),
  audience: z.string().exactOptional(),
  /** RFC 8707. */
  resource: z.array(z.string()).exactOptional(),
  token: z.enum(['access', 'id']),
  /** The environment variable that tools find the token in. */
  variable: z.string().exactOptional(),
  /** A signing name of AWS: tools find the token in AWS_BEARER_TOKEN_<NAME>. */
  bearer: z.string().exactOptional(),
};

const iamTokenSettings = {
  /** The id of the account whose credentials sign. */
  source: z.string(),
  /** The application's ARN. */
  application: z.string(),
  region: z.string(),
  grant: z.enum(['jwt-bearer', 'token-exchange']),
  /** Whose token is exchanged: a connection's, or that of a token account (by id). */
  subject: z.union([
    z.strictObject({ connection: z.string(), token: z.enum(['access', 'id']) }),
    z.strictObject({ account: z.string(), token: z.enum(['access', 'id']) }),
  ]),
  scopes: z.array(z.string()).exactOptional(),
  requestedTokenType: z.enum(['access_token', 'refresh_token']).exactOptional(),
};

/** A role assumed with another account's credentials. */
const assumedRoleSchema = z.object({
  kind: z.literal('aws-assumed-role'),
  ...configured,
  ...roleNames,
  ...assumedRoleSettings,
});

/** A role assumed with the ID token of an OpenID connection. */
const webIdentitySchema = z.object({
  kind: z.literal('aws-web-identity'),
  ...configured,
  ...roleNames,
  ...webIdentitySettings,
});

/** A token with its own scopes and audience. `connection/access` is there without being configured. */
const tokenSchema = z.object({ kind: z.literal('token'), ...configured, ...tokenSettings });

/** A token of IAM Identity Center for one of its applications, by CreateTokenWithIAM. */
const iamTokenSchema = z.object({
  kind: z.literal('iam-token'),
  ...configured,
  ...iamTokenSettings,
});

export const accountSchema = z.discriminatedUnion('kind', [
  awsRoleSchema,
  assumedRoleSchema,
  webIdentitySchema,
  tokenSchema,
  iamTokenSchema,
]);
/** One thing to act as. */
export type Account = z.infer<typeof accountSchema>;
export type AccountKind = Account['kind'];
export type AccountOf<K extends AccountKind> = Extract<Account, { readonly kind: K }>;

/** What yields AWS credentials. */
export type AwsAccount = AccountOf<'aws-role' | 'aws-assumed-role' | 'aws-web-identity'>;
/** What yields a token. */
export type TokenAccount = AccountOf<'token' | 'iam-token'>;
/** What a person has put together. */
export type ConfiguredAccount = Exclude<Account, { readonly kind: 'aws-role' }>;
