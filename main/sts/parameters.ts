import { sessionSeconds } from '../../shared/account.ts';
import { KeyfobError } from '../../shared/errors.ts';

/**
 * What STS allows in a request (AWS STS API Reference), said before it is asked: with the field's
 * name, and what would be right.
 */

interface Common {
  readonly roleArn: string;
  readonly sessionName?: string;
  readonly durationSeconds?: number;
  readonly policy?: string;
  readonly policyArns?: readonly string[];
}

interface AssumeRole extends Common {
  readonly externalId?: string;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
  readonly transitiveTagKeys?: readonly string[];
  readonly sourceIdentity?: string;
  readonly mfaSerial?: string;
}

const hour = 3_600;

/** Checks what AssumeRole is to be called with. Throws `invalid_input`. */
export function checkAssumeRole(input: AssumeRole): void {
  checkCommon(input);
  const { durationSeconds, externalId, sourceIdentity, mfaSerial } = input;
  const why = 'AWS ends the session of a chained role after an hour';
  checkDuration(durationSeconds, sessionSeconds['aws-assumed-role'], why);
  if (externalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) {
    throw invalid(
      'externalId',
      'This is no external id.',
      '2 to 1,224 letters, digits or + = , . @ : / - _, as whoever owns the role gave it to you.',
    );
  }
  if (sourceIdentity !== undefined && !/^(?!aws:)[\w+=,.@-]{2,64}$/.test(sourceIdentity)) {
    throw invalid(
      'sourceIdentity',
      'This is no source identity.',
      '2 to 64 letters, digits or + = , . @ - _, such as your user name.',
    );
  }
  if (mfaSerial !== undefined && !/^[\w+=/:,.@-]{9,256}$/.test(mfaSerial)) {
    throw invalid(
      'mfaSerial',
      'This names no MFA device.',
      'Give its ARN, as in arn:aws:iam::111122223333:mfa/ada, or the serial number of a hardware device.',
    );
  }
  checkTags(input);
}

/** Checks what AssumeRoleWithWebIdentity is to be called with. Throws `invalid_input`. */
export function checkWebIdentity(input: Common): void {
  checkCommon(input);
  const why = 'No role session lasts longer than 12 hours';
  checkDuration(input.durationSeconds, sessionSeconds['aws-web-identity'], why);
}

const rolePattern = /^arn:aws[a-z-]*:iam::(\d{12}):role\/((?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64}))$/;

/** The AWS account and the role's name. Throws `invalid_input` for what is no ARN of a role. */
export function roleOf(roleArn: string): { readonly accountId: string; readonly roleName: string } {
  const [, accountId, , roleName] = rolePattern.exec(roleArn) ?? [];
  if (accountId === undefined || roleName === undefined || roleArn.length > 2_048) {
    throw invalid(
      'roleArn',
      'This is no ARN of a role.',
      'It reads arn:aws:iam::111122223333:role/Name: the IAM console shows it on the page of the role.',
    );
  }
  return { accountId, roleName };
}

function checkCommon({ roleArn, sessionName, policy, policyArns = [] }: Common): void {
  roleOf(roleArn);
  if (sessionName !== undefined && !/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw invalid(
      'sessionName',
      'This is no name for a role session.',
      '2 to 64 letters, digits or + = , . @ - _, without blanks.',
    );
  }
  if (policy !== undefined) checkPolicy(policy);
  if (policyArns.length > 10) {
    throw invalid(
      'policyArns',
      'A session takes ten policy ARNs at most.',
      'Put the rest together into one policy of your own.',
    );
  }
  if (
    !policyArns.every((arn) =>
      /^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/[\x21-\x7e]+$/.test(arn),
    )
  ) {
    throw invalid(
      'policyArns',
      'One of these is no ARN of a policy.',
      'They read arn:aws:iam::aws:policy/ReadOnlyAccess.',
    );
  }
}

function checkDuration(
  seconds: number | undefined,
  { least, most }: { readonly least: number; readonly most: number },
  why: string,
): void {
  if (seconds === undefined || (seconds >= least && seconds <= most)) return;
  throw invalid(
    'durationSeconds',
    `A session lasts from 15 minutes to ${most === hour ? 'an hour' : `${most / hour} hours`} here.`,
    `Give ${least} to ${most} seconds. ${why}.`,
  );
}

function checkPolicy(policy: string): void {
  if (policy.length > 2_048) {
    throw new KeyfobError(
      'packed_policy_too_large',
      `The session policy has ${policy.length} characters.`,
      {
        hint: 'AWS takes 2,048 at most. Leave the blanks out, or attach a managed policy by its ARN.',
        details: { field: 'policy' },
      },
    );
  }
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    document = undefined;
  }
  if (typeof document !== 'object' || document === null || !('Statement' in document)) {
    throw new KeyfobError(
      'malformed_policy_document',
      'The session policy is no policy document.',
      {
        hint: 'It is JSON with a "Statement" in it: check it with the IAM policy editor.',
        details: { field: 'policy' },
      },
    );
  }
}

/** IAM's own: letters, digits, blanks and _ . : / = + @ - of any language. */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+@-]*$/u;

function checkTags({ tags = [], transitiveTagKeys = [] }: AssumeRole): void {
  if (tags.length > 50) {
    throw invalid('tags', 'A session takes fifty tags at most.', 'Leave some out.');
  }
  for (const { key, value } of tags) {
    const good = tagText.test(key) && tagText.test(value) && key.length >= 1;
    if (!good || key.length > 128 || value.length > 256) {
      throw invalid(
        'tags',
        'One of these is no tag.',
        'Keys have 1 to 128 characters, values up to 256: letters, digits, blanks and _ . : / = + @ -.',
      );
    }
    if (/^aws:/i.test(key))
      throw invalid('tags', 'Tags that begin with aws: are AWS’s own.', 'Choose another key.');
  }
  const keys = tags.map(({ key }) => key.toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw invalid(
      'tags',
      'A tag is given twice.',
      'AWS does not tell keys apart by upper and lower case.',
    );
  }
  const strange = transitiveTagKeys.find((key) => !tags.some((tag) => tag.key === key));
  if (strange !== undefined) {
    throw invalid(
      'transitiveTagKeys',
      'A tag that is to be passed on is not among the tags.',
      'Name only keys of tags that you give. What the source passes on goes on by itself.',
    );
  }
}

function invalid(field: string, message: string, hint: string): KeyfobError {
  return new KeyfobError('invalid_input', message, { hint, details: { field } });
}
