import { z } from 'zod';

/** The answers of STS, and what Keyfob makes of them. */

const text = z.string().min(1);

/** ISO 8601; epoch milliseconds from here on. */
const instant = text.transform((value, context) => {
  const ms = Date.parse(value);
  if (!Number.isNaN(ms)) return ms;
  context.addIssue({ code: 'custom', message: 'Expected a date' });
  return z.NEVER;
});

const assumed = {
  Credentials: z.object({
    AccessKeyId: z.string().min(16).max(128),
    SecretAccessKey: text,
    SessionToken: text,
    Expiration: instant,
  }),
  AssumedRoleUser: z.object({ AssumedRoleId: text, Arn: text }).optional(),
  PackedPolicySize: z.coerce.number().int().optional(),
  SourceIdentity: z.string().optional(),
};

export const assumeRoleResult = z.object(assumed);

export const webIdentityResult = z.object({
  ...assumed,
  SubjectFromWebIdentityToken: z.string().optional(),
  Provider: z.string().optional(),
  Audience: z.string().optional(),
});

export const callerIdentityResult = z.object({ UserId: text, Account: text, Arn: text });

/** Keys of an assumed role. The keys are secret; the expiry is epoch milliseconds, AWS's. */
export type AssumeRoleResult = z.output<typeof assumeRoleResult>;
export type WebIdentityResult = z.output<typeof webIdentityResult>;
export type CallerIdentity = z.output<typeof callerIdentityResult>;

export const errorAnswer = z.object({
  ErrorResponse: z.object({
    Error: z.object({ Code: z.string(), Message: z.string().optional() }),
    RequestId: z.string().optional(),
  }),
});
