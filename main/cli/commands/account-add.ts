import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { KeyfobError } from '../../../shared/errors.ts';
import type { CliContext, CommonOptions } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { examples, jsonOption, next } from '../help.ts';
import { collect, collectAs } from '../option-values.ts';
import { printable } from '../printable.ts';
import { addIamToken, addToken } from './account-add-token.ts';
import { given, named, pathArgument, send } from './account-adding.ts';

/** `account add assume-role|web-identity|token|iam-token`. */
export function addAccountAdd(parent: Command, context: CliContext): void {
  const add = parent.command('add').description('Puts an account together');
  addAssumeRole(add, context);
  addWebIdentity(add, context);
  addToken(add, context);
  addIamToken(add, context);
}

interface AssumeOptions extends CommonOptions {
  readonly roleArn: string;
  readonly sessionName?: string;
  readonly duration?: number;
  readonly policyFile?: string;
  readonly policyArn?: string[];
  readonly region?: string;
}

interface AssumeRoleOptions extends AssumeOptions {
  readonly source: string;
  readonly externalId?: string;
  readonly tag?: { key: string; value: string }[];
  readonly transitiveTag?: string[];
  readonly sourceIdentity?: string;
  readonly mfaSerial?: string;
  readonly context?: string;
}

function addAssumeRole(add: Command, context: CliContext): void {
  const command = assumeOptions(
    add
      .command('assume-role')
      .summary('A role, assumed with the credentials of another account')
      .description('Adds a role that is assumed with the credentials of another account')
      .argument(...pathArgument),
  )
    .requiredOption('--source <account>', 'The account whose credentials sign')
    .option('--external-id <id>', 'What the owner of the role gave you for it')
    .option('--tag <key=value>', 'A session tag; may be repeated', collectAs(tagOf))
    .option('--transitive-tag <key>', 'A tag that chained sessions keep; may be repeated', collect)
    .option('--source-identity <name>', 'Who you are, for the log of AWS')
    .option('--mfa-serial <arn>', 'Your MFA device; its code is asked for each time')
    .option('--context <account>', 'An iam-token account whose identity goes along')
    .action(async (path: string, _options, self: Command) => {
      const options = self.optsWithGlobals<AssumeRoleOptions>();
      await send(context, options, {
        kind: 'aws-assumed-role',
        ...named(path),
        ...assumed(options),
        source: options.source,
        ...given({
          externalId: options.externalId,
          tags: options.tag,
          transitiveTagKeys: options.transitiveTag,
          sourceIdentity: options.sourceIdentity,
          mfaSerial: options.mfaSerial,
          context: options.context,
        }),
      });
    });
  examples(command, [
    [
      'A role of another AWS account, from the role that you sign in with',
      'keyfob account add assume-role acme/deploy --source acme/prod/Admin \\\n      --role-arn arn:aws:iam::111122223333:role/Deploy --external-id 4711',
    ],
  ]);
  next(
    command,
    'AWS ends the session of a chained role after an hour; Keyfob gets a new one\nahead of that.',
  );
}

function addWebIdentity(add: Command, context: CliContext): void {
  const command = assumeOptions(
    add
      .command('web-identity')
      .summary('A role, assumed with the ID token of an OpenID connection')
      .description('Adds a role that is assumed with the ID token of an OpenID connection')
      .argument(...pathArgument),
  ).action(async (path: string, _options, self: Command) => {
    const options = self.optsWithGlobals<AssumeOptions>();
    await send(context, options, { kind: 'aws-web-identity', ...named(path), ...assumed(options) });
  });
  examples(command, [
    [
      'AWS through the OpenID provider of corp',
      'keyfob account add web-identity corp/deploy \\\n      --role-arn arn:aws:iam::111122223333:role/Deploy',
    ],
  ]);
  next(
    command,
    'IAM needs an identity provider with the issuer and the client id of the\nconnection.',
  );
}

function assumeOptions(command: Command): Command {
  return command
    .requiredOption('--role-arn <arn>', 'The role')
    .option('--session-name <name>', "The session's name in the log of AWS")
    .option('--duration <time>', 'How long a session lasts: 15m to 12h', parseDuration)
    .option('--policy-file <file>', 'A session policy, as JSON')
    .option(
      '--policy-arn <arn>',
      'A managed policy that limits the session; may be repeated',
      collect,
    )
    .option('--region <region>', 'Where STS is asked (default: as the connection)')
    .option(...jsonOption);
}

function assumed(options: AssumeOptions) {
  return {
    roleArn: options.roleArn,
    ...given({
      sessionName: options.sessionName,
      durationSeconds: options.duration,
      policy: options.policyFile === undefined ? undefined : readPolicy(options.policyFile),
      policyArns: options.policyArn,
      region: options.region,
    }),
  };
}

function readPolicy(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new KeyfobError('invalid_input', `The policy file ${printable(file)} can't be read.`, {
      hint: 'Check its name, and that you may read it.',
      cause,
    });
  }
}

function tagOf(value: string): { key: string; value: string } {
  const at = value.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write it as team=payments.');
  return { key: value.slice(0, at), value: value.slice(at + 1) };
}
