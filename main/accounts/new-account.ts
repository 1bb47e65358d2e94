import {
  type Account,
  type AccountOf,
  type ConfiguredAccount,
  isAwsAccount,
  isTokenAccount,
  ownTokenName,
} from '../../shared/account.ts';
import type { NewAccount } from '../../shared/commands/configured-accounts.ts';
import { applicationArnPattern } from '../../shared/connection-basics.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { ConnectionSettings } from '../../shared/model.ts';
import { checkRegion } from '../identity-center/endpoints.ts';
import { checkAssumeRole, checkWebIdentity, roleOf } from '../sts/parameters.ts';
import { type AccountById, needsOf } from './chain.ts';
import { checkTokenUse } from './token-use.ts';
import { usualRegion } from './usual-region.ts';

/** What a new account may refer to. */
export interface Surroundings {
  /** Throws `unknown_account`, `ambiguous_account`, `no_active_account`. */
  readonly resolve: (text: string | undefined) => Account;
  readonly byId: AccountById;
  /** Throws `unknown_connection`. */
  readonly settingsOf: (connection: string) => ConnectionSettings;
}

type Input<K extends NewAccount['kind']> = Extract<NewAccount, { readonly kind: K }>;

/**
 * An account as it is kept, made of what somebody wants, everything in it checked and what it
 * refers to found. Throws `invalid_input` (naming the field in `details.field`), `invalid_region`,
 * `unknown_connection`, `account_exists`, `account_cycle`, and as `resolve`.
 */
export function newAccount(input: NewAccount, around: Surroundings): ConfiguredAccount {
  const { connection, name } = input;
  const settings = around.settingsOf(connection);
  const path = `${connection}/${name}`;
  if (around.byId(path) !== undefined) throw exists(path);
  if (name === ownTokenName && settings.kind === 'oidc') throw exists(path);
  const account = made(input, settings, around);
  needsOf(account, (id) => (id === account.id ? account : around.byId(id)));
  return account;
}

function made(
  input: NewAccount,
  settings: ConnectionSettings,
  around: Surroundings,
): ConfiguredAccount {
  switch (input.kind) {
    case 'aws-assumed-role':
      return assumedRole(input, around);
    case 'aws-web-identity':
      return webIdentity(input, settings);
    case 'token':
      return token(input, settings);
    case 'iam-token':
      return iamToken(input, around);
  }
}

function named<I extends NewAccount>(input: I) {
  const path = `${input.connection}/${input.name}`;
  return { id: path, path, connection: input.connection, name: input.name };
}

function assumedRole(
  input: Input<'aws-assumed-role'>,
  around: Surroundings,
): AccountOf<'aws-assumed-role'> {
  checkAssumeRole(input);
  if (input.region !== undefined) checkRegion(input.region);
  const { kind, connection: _connection, name: _name, context, ...rest } = input;
  return {
    kind,
    ...named(input),
    ...roleOf(input.roleArn),
    ...rest,
    source: awsAccount(input.source, 'source', around).id,
    ...(context === undefined ? {} : { context: contextAccount(context, around).id }),
  };
}

function webIdentity(
  input: Input<'aws-web-identity'>,
  settings: ConnectionSettings,
): AccountOf<'aws-web-identity'> {
  if (settings.kind !== 'oidc') {
    throw invalid('connection', `${settings.name} gives no ID token.`, {
      hint: 'A web identity comes from an OpenID connection: `keyfob connection add oidc`. For a role of Identity Center, use `keyfob account add assume-role`.',
    });
  }
  checkWebIdentity(input);
  if (input.region !== undefined) checkRegion(input.region);
  const { kind, connection: _connection, name: _name, ...rest } = input;
  return { kind, ...named(input), ...roleOf(input.roleArn), ...rest };
}

function token(input: Input<'token'>, settings: ConnectionSettings): AccountOf<'token'> {
  if (settings.kind !== 'oidc') {
    throw invalid('connection', `${settings.name} has no tokens to hand out.`, {
      hint: 'A token comes from an OpenID connection (`keyfob connection add oidc`), or from an application of Identity Center (`keyfob account add iam-token`).',
    });
  }
  checkTokenUse(input);
  const { kind, connection: _connection, name: _name, ...rest } = input;
  return { kind, ...named(input), ...rest };
}

function iamToken(input: Input<'iam-token'>, around: Surroundings): AccountOf<'iam-token'> {
  const { kind, connection: _connection, name: _name, subject, ...rest } = input;
  if (!applicationArnPattern.test(input.application)) {
    throw invalid('application', 'This is no ARN of an application of Identity Center.', {
      hint: 'It reads arn:aws:sso::111122223333:application/ssoins-…/apl-…: `aws sso-admin list-applications` shows them.',
    });
  }
  const source = awsAccount(input.source, 'source', around);
  const region = input.region ?? usualRegion(source, around.settingsOf, around.resolve);
  if (region === undefined) {
    throw invalid('region', `Nothing tells in which region the Identity Center is.`, {
      hint: 'Give the region of the instance, as on its Settings page in the AWS console.',
    });
  }
  checkRegion(region);
  return {
    kind,
    ...named(input),
    ...rest,
    source: source.id,
    region,
    subject: subjectOf(subject, input.grant, around),
  };
}

function subjectOf(
  subject: Input<'iam-token'>['subject'],
  grant: Input<'iam-token'>['grant'],
  around: Surroundings,
): AccountOf<'iam-token'>['subject'] {
  const usual = grant === 'jwt-bearer' ? 'id' : 'access';
  const kindOfToken = subject.token ?? usual;
  if ('account' in subject) {
    const account = around.resolve(subject.account);
    if (!isTokenAccount(account)) {
      throw invalid('subject', `${account.path} has AWS credentials, and is no token.`, {
        hint: 'The subject is a token account or a connection: `keyfob accounts` lists them.',
      });
    }
    return { account: account.id, token: kindOfToken };
  }
  const { kind } = around.settingsOf(subject.connection);
  if (grant === 'token-exchange' && kind !== 'identity-center') {
    throw invalid('subject', 'AWS exchanges only access tokens of Identity Center.', {
      hint: 'For a token of another provider choose the grant jwt-bearer.',
    });
  }
  if (kind === 'identity-center' && kindOfToken === 'id') {
    throw invalid('subject', `${subject.connection} has no ID token.`, {
      hint: 'With a connection to Identity Center choose the grant token-exchange, which takes its access token.',
    });
  }
  return { connection: subject.connection, token: kindOfToken };
}

function awsAccount(text: string, field: string, { resolve }: Surroundings): Account {
  const account = resolve(text);
  if (isAwsAccount(account)) return account;
  throw invalid(field, `${account.path} is a token: it can't sign for another account.`, {
    hint: 'Name an account of AWS: `keyfob accounts` lists them.',
  });
}

function contextAccount(text: string, { resolve }: Surroundings): Account {
  const account = resolve(text);
  if (account.kind === 'iam-token') return account;
  throw invalid('context', `${account.path} gives no identity context.`, {
    hint: 'Add one with `keyfob account add iam-token`, and name it here.',
  });
}

function exists(path: string): KeyfobError {
  return new KeyfobError('account_exists', `There is an account ${path} already.`, {
    hint: 'Choose another name.',
    details: { account: path },
  });
}

function invalid(field: string, message: string, { hint }: { hint: string }): KeyfobError {
  return new KeyfobError('invalid_input', message, { hint, details: { field } });
}
