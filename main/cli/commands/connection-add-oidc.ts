import { type Command, Option } from 'commander';
import type { CommandInput } from '../../../shared/commands.ts';
import { KeyfobError } from '../../../shared/errors.ts';
import {
  clientAuthenticationSchema,
  metadataSourceSchema,
  type OidcEndpoints,
  oidcGrantSchema,
} from '../../../shared/oidc-settings.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption, next } from '../help.ts';
import {
  endpointNames,
  mergeProtections,
  type Protections,
  parseEncrypted,
  parseEndpoint,
  parseSigned,
} from '../oidc-options.ts';
import { collect, parseSeconds } from '../option-values.ts';
import { printable } from '../printable.ts';
import { readPrivateKey } from '../private-key.ts';

type Input = Extract<CommandInput<'connection.add'>, { kind: 'oidc' }>;

interface AddOptions extends CommonOptions, Pick<Input, Plain> {
  readonly scope?: string[];
  readonly endpoint?: OidcEndpoints;
  readonly signed?: Protections;
  readonly encrypted?: Protections;
  readonly maxAge?: number;
  readonly allowPassword?: true;
  readonly clientSecretStdin?: true;
  readonly clientSecretFile?: string;
  readonly initialAccessTokenStdin?: true;
  readonly initialAccessTokenFile?: string;
  readonly softwareStatementFile?: string;
  readonly privateKeyFile?: string;
  readonly certificateFile?: string;
  readonly keyFile?: string;
  readonly registrationGrant?: string[];
  readonly registrationPolicy?: NonNullable<Input['registration']>['policy'];
}

/** Options that are settings as they are. */
const plain = [
  'name',
  'issuer',
  'metadata',
  'clientId',
  'clientAuthentication',
  'signingAlgorithm',
  'assertionAudience',
  'grant',
  'ownAssertion',
  'flow',
  'redirectUri',
  'browser',
  'prompt',
  'loginHint',
  'acrValues',
  'uiLocales',
  'pushedAuthorization',
  'dpop',
  'audience',
  'resource',
  'username',
] as const satisfies readonly (keyof Input)[];
type Plain = (typeof plain)[number];

/** `connection add oidc`. */
export function addOidc(add: Command, context: CliContext): void {
  const oidc = add
    .command('oidc')
    .description(
      'Adds an OpenID provider, or another OAuth 2.0 authorization server. Without a client id, Keyfob registers itself there.',
    )
    .summary('An OpenID provider')
    .requiredOption('--name <name>', "What you will call it; the first part of its accounts' paths")
    .requiredOption('--issuer <url>', 'The issuer, exactly as the provider writes it')
    .addOption(
      choice(
        '--metadata <source>',
        'The document that describes it',
        metadataSourceSchema.options,
      ).default('oidc'),
    )
    .option(
      '--endpoint <name=url>',
      `An endpoint's address, in place of the document's; may be repeated (${endpointNames.join(', ')})`,
      parseEndpoint,
    )
    .option('--client-id <id>', 'The client that was registered for you')
    .option('--client-secret-stdin', 'Read the client secret from stdin')
    .option('--client-secret-file <file>', 'Read the client secret from a file')
    .addOption(
      choice(
        '--client-authentication <way>',
        'How to prove to be the client',
        clientAuthenticationSchema.options,
      ),
    )
    .option('--signing-algorithm <alg>', 'What client_secret_jwt and private_key_jwt sign with')
    .addOption(
      choice('--assertion-audience <whom>', 'Whom these are meant for', [
        'issuer',
        'token_endpoint',
      ]),
    )
    .option('--private-key-file <file>', 'A private key that is registered already, as JWK or PEM')
    .option('--certificate-file <file>', 'For tls_client_auth: the certificate, in PEM')
    .option('--key-file <file>', 'For tls_client_auth: its private key, in PEM')
    .option('--initial-access-token-stdin', 'Read what allows to register from stdin')
    .option('--initial-access-token-file <file>', 'Read what allows to register from a file')
    .option('--software-statement-file <file>', 'A signed statement to register with')
    .option(
      '--registration-grant <grant>',
      'A grant type to register for, in place of those needed; may be repeated, "none" for an empty list',
      collect,
    )
    .addOption(
      choice('--registration-policy <policy>', 'A policy that some providers know', [
        'keep_client_credentials',
        'no_client_secret',
      ]),
    )
    .option(
      '--signed <what=alg>',
      'id-token, userinfo or introspection must come signed so; may be repeated',
      parseSigned,
    )
    .option(
      '--encrypted <what=alg[:enc]>',
      'They must come encrypted so; may be repeated',
      parseEncrypted,
    )
    .addOption(
      choice('--grant <grant>', 'How to sign in', oidcGrantSchema.options).default('interactive'),
    )
    .option(
      '--own-assertion',
      'For jwt-bearer: sign the assertion with the key of the client, and ask nobody',
    )
    .option('--username <name>', 'Whom the grants that ask here begin with')
    .option('--allow-password', 'For the password grant: let Keyfob see your password')
    .option(
      '--scope <scope>',
      'A scope to ask for; may be repeated (default: openid profile email offline_access)',
      collect,
    )
    .addOption(
      choice('--flow <flow>', 'Interactive: in the browser, by a device code, or what fits', [
        'auto',
        'browser',
        'device',
      ]).default('auto'),
    )
    .option(
      '--redirect-uri <url>',
      'Where the browser comes back to on this machine, where the provider insists on one address',
    )
    .option('--browser <command>', 'What opens its pages; gets the address as its last argument')
    .option('--prompt <prompt>', 'As the provider knows it: login, consent, select_account')
    .option('--login-hint <hint>', 'Whom the page should expect')
    .option('--acr-values <values>', 'How strong the sign-in must be')
    .option(
      '--ui-locales <tags>',
      'Languages for the provider\'s pages and messages, the best one first: "sv fi"',
    )
    .option('--max-age <seconds>', 'How old a sign-in in the browser may be', parseSeconds)
    .option(
      '--pushed-authorization',
      'Push the request beforehand (RFC 9126), though the provider does not insist',
    )
    .option('--no-pushed-authorization', 'Never push it')
    .option('--dpop', 'Bind tokens to a key of Keyfob (RFC 9449); few tools can use such tokens')
    .option('--audience <audience>', 'Whom tokens are for, as the provider names it')
    .option(
      '--resource <url>',
      'The service that tokens are for (RFC 8707); may be repeated',
      collect,
    )
    .option(...jsonOption)
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<AddOptions>();
      // Commander takes a --no-… option for one that is on by default.
      const pushed = command.getOptionValueSource('pushedAuthorization') === 'cli';
      const input = await inputFrom(options, pushed, context);
      const view = await context.connect(options.autostart).call('connection.add', input);
      print(context, options, view, () => `Added ${printable(view.settings.name)}.\n`);
      if (!options.json) context.err(nextSteps(view.settings.name, input));
    });
  examples(oidc, [
    [
      'A provider where Keyfob may register itself',
      'keyfob connection add oidc --name corp --issuer https://login.example.com',
    ],
    [
      'A client of your own, with its secret in a password store',
      'pass show corp/keyfob | keyfob connection add oidc --name corp \\\n      --issuer https://login.example.com --client-id keyfob --client-secret-stdin',
    ],
    [
      'A service account',
      'keyfob connection add oidc --name robot --issuer https://login.example.com \\\n      --grant client_credentials --client-id robot --client-secret-file secret.txt',
    ],
  ]);
  next(oidc, 'Secrets come from stdin or files, never as arguments, and go to the keychain.');
}

function nextSteps(name: string, { clientAuthentication, clientId, signingKey }: Input): string {
  const register =
    clientAuthentication === 'private_key_jwt' && clientId !== undefined && signingKey === undefined
      ? `Register its public key at the provider: \`keyfob register show ${name}\` prints it.\n`
      : '';
  return `${register}Sign in with \`keyfob login ${name}\`.\n`;
}

async function inputFrom(
  options: AddOptions,
  pushedGiven: boolean,
  { secretInput }: CliContext,
): Promise<Input> {
  const chosen = plain.filter(
    (name) => options[name] !== undefined && (name !== 'pushedAuthorization' || pushedGiven),
  );
  const settings = Object.fromEntries(chosen.map((name) => [name, options[name]]));
  const { certificateFile, keyFile, privateKeyFile, softwareStatementFile } = options;
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    throw new KeyfobError('invalid_input', 'A certificate and its key go together.', {
      hint: 'Give both --certificate-file and --key-file.',
    });
  }
  const given = {
    scopes: options.scope,
    endpoints: options.endpoint,
    maxAgeSeconds: options.maxAge,
    passwordAllowed: options.allowPassword,
    certificate:
      certificateFile === undefined || keyFile === undefined
        ? undefined
        : { certificateFile, keyFile },
    registration: registrationFrom(options),
    ...mergeProtections(options.signed, options.encrypted),
    clientSecret: options.clientSecretStdin
      ? await secretInput.line('client secret')
      : await fileText(options.clientSecretFile),
    initialAccessToken: options.initialAccessTokenStdin
      ? await secretInput.line('initial access token')
      : await fileText(options.initialAccessTokenFile),
    softwareStatement: await fileText(softwareStatementFile),
    signingKey:
      privateKeyFile === undefined
        ? undefined
        : readPrivateKey(await secretInput.file(privateKeyFile)),
  };
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return { kind: 'oidc', ...settings, ...Object.fromEntries(present) } as Input;

  async function fileText(path: string | undefined): Promise<string | undefined> {
    return path === undefined ? undefined : await secretInput.file(path);
  }
}

function registrationFrom({ registrationGrant, registrationPolicy }: AddOptions) {
  if (registrationGrant === undefined && registrationPolicy === undefined) return undefined;
  return {
    ...(registrationGrant === undefined
      ? {}
      : { grantTypes: registrationGrant.filter((grant) => grant !== 'none') }),
    ...(registrationPolicy === undefined ? {} : { policy: registrationPolicy }),
  };
}

function choice(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices([...choices]);
}
