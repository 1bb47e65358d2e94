import { z } from 'zod';

/** What the settings of every kind of connection are made of. */

/** A connection's name: the first segment of its accounts' paths, so no slash. */
export const connectionNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/,
    'Expected 1 to 63 letters, digits, dots, hyphens or underscores, starting with a letter or digit',
  );

export const flowSchema = z.enum(['auto', 'browser', 'device']);
/** How a sign-in is done; `auto` picks the browser where one can open, else the device code. */
export type Flow = z.infer<typeof flowSchema>;

/** A command that gets a URL as its last argument. Words and quotes; no shell reads it. */
export const browserCommandSchema = z
  .string()
  .max(1024)
  .regex(/^[^\p{Cc}]*[^\p{Cc}\s"'][^\p{Cc}]*$/u, 'Expected a command in one line');

/** RFC 6749 section 3.3: scopes travel in one text, with blanks between them. */
export const scopeSchema = z
  .string()
  .max(256)
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'Expected one scope, without blanks or quotes');

/** An application of IAM Identity Center, as `aws sso-admin list-applications` shows it. */
export const applicationArnPattern =
  /^arn:aws[a-z-]*:sso::\d{12}:application\/ssoins-[\w-]+\/apl-[\w-]+$/;
export const applicationArnSchema = z
  .string()
  .regex(
    applicationArnPattern,
    'Expected arn:aws:sso::111122223333:application/ssoins-…/apl-…, as `aws sso-admin list-applications` shows it',
  );
