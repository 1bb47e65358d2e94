import {
  accountIdOf,
  assumeRoleSchema,
  checkTrust,
  contextIn,
  invalid,
  parsed,
  policyIn,
  roleNameOf,
  tagsIn,
  webIdentitySchema,
} from './assume-role.ts';
import type { Context } from './context.ts';
import { type StsErrorCode, stsError } from './exceptions.ts';
import { formOf, type Reply, type SimRequest } from './http.ts';
import { assumedRoleArn, type IssuedKey, type Keys, type Principal } from './keys.ts';
import type { MfaDevices } from './mfa.ts';
import { uniqueId } from './secrets.ts';
import {
  type SignatureProblem,
  SignatureRefused,
  type Signer,
  verifyPresigned,
  verifySignature,
} from './signature.ts';
import type { WebIssuers } from './web-identity.ts';
import { element, xml } from './xml.ts';

export interface Sts {
  /** By the Action of the form. */
  handle(request: SimRequest): Reply;
  /** GetCallerIdentity by an address that was signed ahead. */
  handlePresigned(request: SimRequest): Reply;
}

export interface StsParts {
  readonly context: Context;
  readonly keys: Keys;
  readonly mfa: MfaDevices;
  readonly webIssuers: WebIssuers;
  readonly isIdentityContext: (assertion: string) => boolean;
}

export function createSts(parts: StsParts): Sts {
  const { context, keys, mfa, webIssuers, isIdentityContext } = parts;

  function signerOf(
    request: SimRequest,
    verify: (...args: Parameters<typeof verifySignature>) => Signer = verifySignature,
  ): IssuedKey {
    try {
      return verify(request, { service: 'sts', keys, now: context.now() }).key;
    } catch (error) {
      if (error instanceof SignatureRefused) {
        throw stsError(codeOf[error.problem], error.message);
      }
      throw error;
    }
  }

  function identityOf(request: SimRequest, { principal }: IssuedKey): Reply {
    return answer(request, 'GetCallerIdentity', [
      element('Arn', assumedRoleArn(principal)),
      element('UserId', `${principal.roleId}:${principal.sessionName}`),
      element('Account', principal.accountId),
    ]);
  }

  function isKnown(roleArn: string): boolean {
    const known = context.directory
      .accounts()
      .some((each) => each.accountId === accountIdOf(roleArn));
    return known && !context.switches.deniedRoles.includes(roleNameOf(roleArn));
  }

  function granted(principal: Principal, seconds: number): string[] {
    const key = keys.issue(principal, seconds);
    return [
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
      element('PackedPolicySize', '6'),
    ];
  }

  function assumeRole(request: SimRequest, form: URLSearchParams): Reply {
    const signer = signerOf(request);
    const input = parsed(assumeRoleSchema, form);
    const policy = policyIn(form);
    const tags = tagsIn(form, signer);
    const identityEnhanced = contextIn(form, isIdentityContext);
    // Every key that the simulator hands out belongs to a role, so this is role chaining.
    if (input.DurationSeconds > 3_600) {
      invalid(
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      );
    }
    const refuse = (why?: string): never => {
      const caller = assumedRoleArn(signer.principal);
      throw stsError(
        'AccessDenied',
        why ??
          `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}`,
      );
    };
    if (!isKnown(input.RoleArn)) refuse();
    const before = signer.principal.session?.sourceIdentity;
    const sourceIdentity = input.SourceIdentity ?? before;
    // Once set it stays, however long the chain.
    if (before !== undefined && sourceIdentity !== before) refuse();
    const withMfa = checkTrust(context, mfa, input, { ...tags, identityEnhanced }, refuse);
    const principal = {
      accountId: accountIdOf(input.RoleArn),
      roleName: roleNameOf(input.RoleArn),
      sessionName: input.RoleSessionName,
      roleId: uniqueId('AROA'),
      session: {
        ...policy,
        ...tags,
        ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
        identityEnhanced,
        mfa: withMfa,
      },
    };
    return answer(request, 'AssumeRole', [
      ...granted(principal, input.DurationSeconds),
      ...(sourceIdentity === undefined ? [] : [element('SourceIdentity', sourceIdentity)]),
    ]);
  }

  function assumeRoleWithWebIdentity(request: SimRequest, form: URLSearchParams): Reply {
    const input = parsed(webIdentitySchema, form);
    const policy = policyIn(form);
    const identity = webIssuers.check(input.WebIdentityToken, context.now());
    const roleName = roleNameOf(input.RoleArn);
    const { subject } = context.switches.trust[roleName] ?? {};
    if (!isKnown(input.RoleArn) || (subject !== undefined && subject !== identity.subject)) {
      throw stsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
    }
    const principal = {
      accountId: accountIdOf(input.RoleArn),
      roleName,
      sessionName: input.RoleSessionName,
      roleId: uniqueId('AROA'),
      session: { ...policy, tags: {}, transitiveTagKeys: [], identityEnhanced: false, mfa: false },
    };
    return answer(request, 'AssumeRoleWithWebIdentity', [
      ...granted(principal, input.DurationSeconds),
      element('SubjectFromWebIdentityToken', identity.subject),
      element('Audience', identity.audience),
      element(
        'Provider',
        `arn:aws:iam::${principal.accountId}:oidc-provider/${identity.issuer.replace(/^https?:\/\//, '')}`,
      ),
    ]);
  }

  return {
    handle(request) {
      const form = formOf(request);
      if (form.get('Version') !== '2011-06-15') {
        throw stsError('InvalidAction', `Could not find version ${form.get('Version')}`);
      }
      const action = form.get('Action');
      if (action === 'GetCallerIdentity') return identityOf(request, signerOf(request));
      if (action === 'AssumeRole') return assumeRole(request, form);
      if (action === 'AssumeRoleWithWebIdentity') return assumeRoleWithWebIdentity(request, form);
      throw stsError('InvalidAction', `Could not find operation ${action}`);
    },
    handlePresigned(request) {
      const action = request.query.get('Action');
      if (action !== 'GetCallerIdentity') {
        throw stsError('InvalidAction', `Could not find operation ${action}`);
      }
      return identityOf(request, signerOf(request, verifyPresigned));
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
