/**
 * The requests of AWS STS (API 2011-06-15) that Keyfob makes, whole. Members keep their meaning and
 * lose their capitals; limits are those of `parameters.ts`.
 */

/** One of the parties that vouch for an identity context. */
export interface ProvidedContext {
  readonly providerArn: string;
  /** Secret. */
  readonly contextAssertion: string;
}

/** What AssumeRole and AssumeRoleWithWebIdentity have in common. */
interface CommonRequest {
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly durationSeconds?: number | undefined;
  /** The session policy, as JSON. */
  readonly policy?: string | undefined;
  readonly policyArns?: readonly string[] | undefined;
}

export interface AssumeRoleRequest extends CommonRequest {
  readonly tags?: readonly { readonly key: string; readonly value: string }[] | undefined;
  readonly transitiveTagKeys?: readonly string[] | undefined;
  readonly externalId?: string | undefined;
  /** The MFA device; goes with `tokenCode`. */
  readonly serialNumber?: string | undefined;
  /** Six digits, good for one use. */
  readonly tokenCode?: string | undefined;
  readonly sourceIdentity?: string | undefined;
  readonly providedContexts?: readonly ProvidedContext[] | undefined;
}

export interface AssumeRoleWithWebIdentityRequest extends CommonRequest {
  /** Secret. */
  readonly webIdentityToken: string;
  /** For OAuth 2.0 access tokens of the two providers that AWS knows by name; else absent. */
  readonly providerId?: string | undefined;
}

/** Whose identity contexts IAM Identity Center's are. */
export const identityCenterContext = 'arn:aws:iam::aws:contextProvider/IdentityCenter';

/** The form of a request; lists and structures as the query protocol writes them. */
export function formOf(action: string, members: Readonly<Record<string, unknown>>): string {
  const form = new URLSearchParams({ Action: action, Version: '2011-06-15' });
  for (const [name, value] of Object.entries(members)) put(form, name, value);
  return form.toString();
}

function put(form: URLSearchParams, name: string, value: unknown): void {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    value.forEach((item, index) => void put(form, `${name}.member.${index + 1}`, item));
  } else if (typeof value === 'object' && value !== null) {
    for (const [member, inner] of Object.entries(value)) put(form, `${name}.${member}`, inner);
  } else {
    form.append(name, String(value));
  }
}

/** The body of AssumeRole, which is signed. */
export function assumeRoleForm(request: AssumeRoleRequest): string {
  return formOf('AssumeRole', {
    ...commonMembers(request),
    Tags: request.tags?.map(({ key, value }) => ({ Key: key, Value: value })),
    TransitiveTagKeys: request.transitiveTagKeys,
    ExternalId: request.externalId,
    SerialNumber: request.serialNumber,
    TokenCode: request.tokenCode,
    SourceIdentity: request.sourceIdentity,
    ProvidedContexts: request.providedContexts?.map(({ providerArn, contextAssertion }) => ({
      ProviderArn: providerArn,
      ContextAssertion: contextAssertion,
    })),
  });
}

/** The body of AssumeRoleWithWebIdentity, which nobody signs. Secret: the token is in it. */
export function webIdentityForm(request: AssumeRoleWithWebIdentityRequest): string {
  return formOf('AssumeRoleWithWebIdentity', {
    ...commonMembers(request),
    WebIdentityToken: request.webIdentityToken,
    ProviderId: request.providerId,
  });
}

function commonMembers(request: CommonRequest): Readonly<Record<string, unknown>> {
  return {
    RoleArn: request.roleArn,
    RoleSessionName: request.roleSessionName,
    // The one member that AWS spells with a small letter.
    PolicyArns: request.policyArns?.map((arn) => ({ arn })),
    Policy: request.policy,
    DurationSeconds: request.durationSeconds,
  };
}
