import { type Command, Option } from 'commander';
import { KeyfobError } from '../../../shared/errors.ts';
import type { CliContext, CommonOptions } from '../context.ts';
import { examples, jsonOption, next } from '../help.ts';
import { collect } from '../option-values.ts';
import { given, named, pathArgument, send } from './account-adding.ts';

interface TokenOptions extends CommonOptions {
  readonly scope?: string[];
  readonly audience?: string;
  readonly resource?: string[];
  readonly idToken?: boolean;
  readonly variable?: string;
  readonly bearer?: string;
}

/** `account add token`. */
export function addToken(add: Command, context: CliContext): void {
  const command = add
    .command('token')
    .summary('A token of an OpenID connection, with scopes and audience of its own')
    .description('Adds a token of an OpenID connection, with scopes and audience of its own')
    .argument(...pathArgument)
    .option('--scope <scope>', 'A scope; may be repeated', collect)
    .option('--audience <audience>', 'Whom the token is for')
    .option('--resource <uri>', 'The API that it is for (RFC 8707); may be repeated', collect)
    .option('--id-token', "The connection's ID token instead of an access token")
    .option('--variable <name>', 'The environment variable that `keyfob exec` puts it in')
    .option('--bearer <service>', 'An AWS service that takes it in AWS_BEARER_TOKEN_…, as bedrock')
    .option(...jsonOption)
    .action(async (path: string, _options, self: Command) => {
      const options = self.optsWithGlobals<TokenOptions>();
      await send(context, options, {
        kind: 'token',
        ...named(path),
        token: options.idToken ? 'id' : 'access',
        ...given({
          scopes: options.scope,
          audience: options.audience,
          resource: options.resource,
          variable: options.variable,
          bearer: options.bearer,
        }),
      });
    });
  examples(command, [
    [
      'A token for the API of the orders',
      'keyfob account add token corp/orders --scope orders:read \\\n      --audience https://orders.corp.example',
    ],
  ]);
  next(command, 'Print it with `keyfob token corp/orders`.');
}

interface IamTokenOptions extends CommonOptions {
  readonly source: string;
  readonly application: string;
  readonly grant: 'jwt-bearer' | 'token-exchange';
  readonly subjectConnection?: string;
  readonly subjectAccount?: string;
  readonly subjectToken?: 'id' | 'access';
  readonly region?: string;
  readonly scope?: string[];
  readonly requestedTokenType?: 'access_token' | 'refresh_token';
}

/** `account add iam-token`. */
export function addIamToken(add: Command, context: CliContext): void {
  const command = add
    .command('iam-token')
    .summary('A token of an application of Identity Center, by CreateTokenWithIAM')
    .description(
      'Adds a token of an application of IAM Identity Center: the token of a connection is exchanged for it, signed by an AWS account',
    )
    .argument(...pathArgument)
    .requiredOption('--source <account>', 'The account whose credentials sign')
    .requiredOption('--application <arn>', "The application's ARN")
    .addOption(
      new Option('--grant <grant>', 'jwt-bearer for the token of another provider')
        .choices(['jwt-bearer', 'token-exchange'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--subject-connection <name>',
        'The connection whose token is exchanged',
      ).conflicts('subjectAccount'),
    )
    .option('--subject-account <account>', 'The token account whose token is exchanged')
    .addOption(
      new Option('--subject-token <kind>', 'Which of its tokens').choices(['id', 'access']),
    )
    .option('--region <region>', "The instance's region (default: that of the source)")
    .option('--scope <scope>', 'A scope; may be repeated', collect)
    .addOption(
      new Option('--requested-token-type <type>', 'What the exchange is to yield').choices([
        'access_token',
        'refresh_token',
      ]),
    )
    .option(...jsonOption)
    .action(async (path: string, _options, self: Command) => {
      const options = self.optsWithGlobals<IamTokenOptions>();
      await send(context, options, {
        kind: 'iam-token',
        ...named(path),
        source: options.source,
        application: options.application,
        grant: options.grant,
        subject: subjectOf(options),
        ...given({
          region: options.region,
          scopes: options.scope,
          requestedTokenType: options.requestedTokenType,
        }),
      });
    });
  examples(command, [
    [
      'A token of an application, for whoever is signed in to corp',
      'keyfob account add iam-token corp/analytics --source acme/prod/Admin \\\n      --application arn:aws:sso::111122223333:application/ssoins-1234/apl-5678 \\\n      --grant jwt-bearer --subject-connection corp',
    ],
  ]);
  next(
    command,
    'For credentials that carry your identity name it as --context of\n`keyfob account add assume-role`.',
  );
}

function subjectOf({ subjectConnection, subjectAccount, subjectToken }: IamTokenOptions) {
  const which = given({ token: subjectToken });
  if (subjectConnection !== undefined) return { connection: subjectConnection, ...which };
  if (subjectAccount !== undefined) return { account: subjectAccount, ...which };
  throw new KeyfobError('invalid_input', 'Nothing says whose token is to be exchanged.', {
    hint: 'Give --subject-connection, or --subject-account.',
  });
}
