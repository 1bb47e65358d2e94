import { z } from 'zod';
import type { Context } from './context.ts';
import { type StsErrorCode, stsError } from './exceptions.ts';
import { formOf, type Reply, type SimRequest } from './http.ts';
import { assumedRoleArn, type IssuedKey, type Keys } from './keys.ts';
import { uniqueId } from './secrets.ts';
import { type SignatureProblem, SignatureRefused, verifySignature } from './signature.ts';
import { element, xml } from './xml.ts';

export interface Sts {
  /** By the Action of the form. */
  handle(request: SimRequest): Reply;
}

const contextProvider = 'arn:aws:iam::aws:contextProvider/IdentityCenter';

const assumeRoleSchema = z.object({
  RoleArn: z
    .string()
    .min(20)
    .max(2048)
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/),
  RoleSessionName: z
    .string()
    .min(2)
    .max(64)
    .regex(/^[\w+=,.@-]*$/),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3_600),
  ExternalId: z.string().min(2).max(1224).optional(),
  SerialNumber: z.string().min(9).max(256).optional(),
  TokenCode: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
  SourceIdentity: z
    .string()
    .min(2)
    .max(64)
    .regex(/^[\w+=,.@-]*$/)
    .optional(),
  Policy: z.string().min(1).optional(),
});

export function createSts(
  context: Context,
  keys: Keys,
  isIdentityContext: (assertion: string) => boolean,
): Sts {
  function signerOf(request: SimRequest): IssuedKey {
    try {
      return verifySignature(request, { service: 'sts', keys, now: context.now() }).key;
    } catch (error) {
      if (error instanceof SignatureRefused) {
        throw stsError(codeOf[error.problem], error.message);
      }
      throw error;
    }
  }

  function getCallerIdentity(request: SimRequest): Reply {
    const { principal } = signerOf(request);
    return answer(request, 'GetCallerIdentity', [
      element('Arn', assumedRoleArn(principal)),
      element('UserId', `${principal.roleId}:${principal.sessionName}`),
      element('Account', principal.accountId),
    ]);
  }

  function assumeRole(request: SimRequest, form: URLSearchParams): Reply {
    const signer = signerOf(request);
    const parsed = assumeRoleSchema.safeParse(Object.fromEntries(form));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw stsError(
        'ValidationError',
        `1 validation error detected: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      );
    }
    const input = parsed.data;
    checkPolicy(input.Policy);
    checkContexts(form, isIdentityContext);
    // Every key that the simulator hands out belongs to a role, so this is role chaining.
    if (input.DurationSeconds > 3_600) {
      throw stsError(
        'ValidationError',
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      );
    }
    const [, accountId = '', path = ''] = /::(\d{12}):role\/(.*)$/.exec(input.RoleArn) ?? [];
    const roleName = path.split('/').at(-1) ?? '';
    const known = context.directory.accounts().some((each) => each.accountId === accountId);
    if (!known || context.switches.deniedRoles.includes(roleName)) {
      const caller = assumedRoleArn(signer.principal);
      throw stsError(
        'AccessDenied',
        `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}`,
      );
    }
    const principal = {
      accountId,
      roleName,
      sessionName: input.RoleSessionName,
      roleId: uniqueId('AROA'),
    };
    const key = keys.issue(principal, input.DurationSeconds);
    return answer(request, 'AssumeRole', [
      element('AssumedRoleUser', [
        element('AssumedRoleId', `${principal.roleId}:${principal.sessionName}`),
        element('Arn', assumedRoleArn(principal)),
      ]),
      element('Credentials', [
        element('AccessKeyId', key.accessKeyId),
        element('SecretAccessKey', key.secretAccessKey),
        element('SessionToken', key.sessionToken),
        element('Expiration', new Date(key.expiresAt).toISOString().replace('.000Z', 'Z')),
      ]),
      ...(input.SourceIdentity === undefined
        ? []
        : [element('SourceIdentity', input.SourceIdentity)]),
    ]);
  }

  return {
    handle(request) {
      const form = formOf(request);
      if (form.get('Version') !== '2011-06-15') {
        throw stsError('InvalidAction', `Could not find version ${form.get('Version')}`);
      }
      const action = form.get('Action');
      if (action === 'GetCallerIdentity') return getCallerIdentity(request);
      if (action === 'AssumeRole') return assumeRole(request, form);
      throw stsError('InvalidAction', `Could not find operation ${action}`);
    },
  };
}

const codeOf: Record<SignatureProblem, StsErrorCode> = {
  missing: 'MissingAuthenticationToken',
  incomplete: 'IncompleteSignature',
  unknown_key: 'InvalidClientTokenId',
  bad_token: 'InvalidClientTokenId',
  expired_key: 'ExpiredToken',
  mismatch: 'SignatureDoesNotMatch',
};

function answer(request: SimRequest, action: string, result: readonly string[]): Reply {
  const body = xml(`${action}Response`, [
    element(`${action}Result`, result),
    element('ResponseMetadata', [element('RequestId', request.requestId)]),
  ]);
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

function checkPolicy(policy: string | undefined): void {
  if (policy === undefined) return;
  if (policy.length > 2_048) {
    throw stsError('PackedPolicyTooLarge', 'The packed policy is larger than 100 % of the limit.');
  }
  try {
    JSON.parse(policy);
  } catch {
    throw stsError('MalformedPolicyDocument', 'The policy is not in the valid JSON format.');
  }
}

function checkContexts(
  form: URLSearchParams,
  isIdentityContext: (assertion: string) => boolean,
): void {
  for (let index = 1; ; index += 1) {
    const member = `ProvidedContexts.member.${index}`;
    const providerArn = form.get(`${member}.ProviderArn`);
    const assertion = form.get(`${member}.ContextAssertion`);
    if (providerArn === null && assertion === null) return;
    if (index > 5)
      throw stsError('ValidationError', 'ProvidedContexts must have at most 5 members');
    if (providerArn !== contextProvider) {
      throw stsError('ValidationError', `Unknown context provider: ${providerArn}`);
    }
    if (assertion === null || !isIdentityContext(assertion)) {
      throw stsError('AccessDenied', 'The context assertion is invalid.');
    }
  }
}
