import { z } from 'zod';
import type { Context } from './context.ts';
import { stsError } from './exceptions.ts';
import type { IssuedKey, RoleSession } from './keys.ts';
import type { MfaDevices } from './mfa.ts';

/** What STS is asked for, read and checked: the parameters, the trust policies, the session. */

const word = z.string().regex(/^[\w+=,.@-]*$/);

const commonSchema = z.object({
  RoleArn: z
    .string()
    .min(20)
    .max(2048)
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/),
  RoleSessionName: word.min(2).max(64),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3_600),
  Policy: z.string().min(1).optional(),
});

export const assumeRoleSchema = commonSchema.extend({
  ExternalId: z
    .string()
    .min(2)
    .max(1224)
    .regex(/^[\w+=,.@:/-]*$/)
    .optional(),
  SerialNumber: z
    .string()
    .min(9)
    .max(256)
    .regex(/^[\w+=/:,.@-]*$/)
    .optional(),
  TokenCode: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
  SourceIdentity: word.min(2).max(64).optional(),
});
export type AssumeRoleInput = z.infer<typeof assumeRoleSchema>;

export const webIdentitySchema = commonSchema.extend({
  WebIdentityToken: z.string().min(4).max(20_000),
});

const contextProvider = 'arn:aws:iam::aws:contextProvider/IdentityCenter';

export function parsed<T>(schema: z.ZodType<T>, form: URLSearchParams): T {
  const result = schema.safeParse(Object.fromEntries(form));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  return invalid(
    `1 validation error detected: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}

export function invalid(message: string): never {
  throw stsError('ValidationError', message);
}

/** The members of a list, each with what `read` makes of its prefix. */
function listIn<T>(name: string, most: number, read: (prefix: string) => T | undefined): T[] {
  const found: T[] = [];
  for (let index = 1; ; index += 1) {
    const item = read(`${name}.member.${index}`);
    if (item === undefined) return found;
    if (index > most) invalid(`${name} must have at most ${most} members`);
    found.push(item);
  }
}

/** The policies that come with the call. */
export function policyIn(form: URLSearchParams): Pick<RoleSession, 'policy' | 'policyArns'> {
  const policy = form.get('Policy') ?? undefined;
  const policyArns = listIn('PolicyArns', 10, (prefix) => form.get(`${prefix}.arn`) ?? undefined);
  const wrong = policyArns.find(
    (arn) => !/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/.test(arn),
  );
  if (wrong !== undefined) invalid(`PolicyArns: ${wrong}`);
  if (policy !== undefined && policy.length > 2_048) {
    throw stsError('PackedPolicyTooLarge', 'The packed policy is larger than 100 % of the limit.');
  }
  if (policy !== undefined && !isPolicy(policy)) {
    throw stsError('MalformedPolicyDocument', 'The policy is not in the valid JSON format.');
  }
  return { ...(policy === undefined ? {} : { policy }), policyArns };
}

function isPolicy(text: string): boolean {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null && 'Statement' in document;
  } catch {
    return false;
  }
}

/** The tags of the call and those that the signer's session passes on. */
export function tagsIn(
  form: URLSearchParams,
  signer: IssuedKey,
): Pick<RoleSession, 'tags' | 'transitiveTagKeys'> {
  const own = listIn('Tags', 50, (prefix): [string, string] | undefined => {
    const key = form.get(`${prefix}.Key`);
    return key === null ? undefined : [key, form.get(`${prefix}.Value`) ?? ''];
  });
  const transitive = listIn('TransitiveTagKeys', 50, (prefix) => form.get(prefix) ?? undefined);
  for (const [key, value] of own) {
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u.test(key)) invalid(`Tags: ${key}`);
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u.test(value)) invalid(`Tags: ${value}`);
  }
  const keys = own.map(([key]) => key.toLowerCase());
  if (new Set(keys).size < keys.length) invalid('Duplicate tag keys found.');
  const session = signer.principal.session;
  const inherited = (session?.transitiveTagKeys ?? []).map((key): [string, string] => [
    key,
    session?.tags[key] ?? '',
  ]);
  const clash = inherited.find(([key]) => keys.includes(key.toLowerCase()));
  if (clash !== undefined) invalid(`The tag ${clash[0]} is passed on and can not be changed.`);
  const missing = transitive.find((key) => !own.some(([name]) => name === key));
  if (missing !== undefined) invalid(`TransitiveTagKeys: ${missing} is no tag of this session.`);
  return {
    tags: Object.fromEntries([...inherited, ...own]),
    transitiveTagKeys: [...inherited.map(([key]) => key), ...transitive],
  };
}

/** Whether a good identity context is provided. */
export function contextIn(
  form: URLSearchParams,
  isIdentityContext: (assertion: string) => boolean,
): boolean {
  const contexts = listIn('ProvidedContexts', 5, (prefix) => {
    const arn = form.get(`${prefix}.ProviderArn`);
    const assertion = form.get(`${prefix}.ContextAssertion`);
    return arn === null && assertion === null ? undefined : { arn, assertion };
  });
  for (const { arn, assertion } of contexts) {
    if (arn !== contextProvider) invalid(`Unknown context provider: ${arn}`);
    if (assertion === null || !isIdentityContext(assertion)) {
      throw stsError('AccessDenied', 'The context assertion is invalid.');
    }
  }
  return contexts.length > 0;
}

/** What a role's trust policy says to a call that is in order by itself. */
export function checkTrust(
  { switches }: Context,
  mfa: MfaDevices,
  input: AssumeRoleInput,
  session: Pick<RoleSession, 'tags' | 'identityEnhanced'>,
  refuse: (why?: string) => never,
): boolean {
  const trust = switches.trust[roleNameOf(input.RoleArn)];
  const { SerialNumber: serial, TokenCode: code } = input;
  if (serial !== undefined || code !== undefined) {
    if (serial === undefined || code === undefined || !mfa.accept(serial, code)) {
      refuse('MultiFactorAuthentication failed with invalid MFA one time pass code.');
    }
  }
  const withMfa = code !== undefined;
  if (trust === undefined) return withMfa;
  if (trust.externalId !== undefined && trust.externalId !== input.ExternalId) refuse();
  if (trust.mfaSerial !== undefined && (!withMfa || trust.mfaSerial !== serial)) refuse();
  if (trust.identityContext === true && !session.identityEnhanced) refuse();
  if (trust.sourceIdentity === true && input.SourceIdentity === undefined) refuse();
  if (trust.tags?.some((tag) => !Object.hasOwn(session.tags, tag)) === true) refuse();
  return withMfa;
}

export function roleNameOf(arn: string): string {
  return arn.split('/').at(-1) ?? '';
}

export function accountIdOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
