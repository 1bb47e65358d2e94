import type { Command } from 'commander';
import type { RegistrationView } from '../../../shared/commands/oidc.ts';
import { KeyfobError } from '../../../shared/errors.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption } from '../help.ts';
import { printable } from '../printable.ts';
import { claimsText } from '../text/claims-text.ts';

/** `register show|update|delete`. */
export function addRegister(program: Command, context: CliContext): void {
  const register = program
    .command('register')
    .description('The client that Keyfob is at an OpenID provider');
  addShow(register, context);
  addUpdate(register, context);
  addDelete(register, context);
}

function addShow(register: Command, context: CliContext): void {
  const show = register
    .command('show')
    .description('Shows the client, and its public keys to register where it was entered by hand')
    .argument('<connection>', 'The connection')
    .option('--read', 'As the provider has it now, not as it answered last')
    .option(...jsonOption)
    .action(async (connection: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { readonly read?: true }>();
      const view = await context
        .connect(options.autostart)
        .call('oidc.registration', { connection, read: options.read === true });
      print(context, options, view, () => registrationText(view, context));
    });
  examples(show, [['The public keys, as JSON', "keyfob register show corp --json | jq '.jwks'"]]);
}

function addUpdate(register: Command, context: CliContext): void {
  const update = register
    .command('update')
    .description('Changes the client at the provider (RFC 7592)')
    .argument('<connection>', 'The connection')
    .requiredOption('--metadata-file <file>', 'JSON with the members to change; null removes one')
    .option(...jsonOption)
    .action(async (connection: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { readonly metadataFile: string }>();
      const changes = readObject(await context.secretInput.file(options.metadataFile));
      const view = await context
        .connect(options.autostart)
        .call('oidc.registration.update', { connection, changes });
      print(context, options, view, () => registrationText(view, context));
    });
  examples(update, [
    [
      'Another name for it',
      `echo '{"client_name": "Keyfob of alice"}' > changes.json\n  keyfob register update corp --metadata-file changes.json`,
    ],
  ]);
}

function addDelete(register: Command, context: CliContext): void {
  const remove = register
    .command('delete')
    .description(
      'Signs out and deletes the client at the provider; the next sign-in registers anew',
    )
    .argument('<connection>', 'The connection')
    .action(async (connection: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { deleted } = await context
        .connect(options.autostart)
        .call('oidc.registration.delete', { connection });
      context.err(deleted ? 'Deleted.\n' : 'The provider knew the client no more.\n');
    });
  examples(remove, [['Give the client back', 'keyfob register delete corp']]);
}

function registrationText(view: RegistrationView, { style }: CliContext): string {
  const { clientId, metadata, jwks, manageable, secretExpiresAt } = view;
  const facts = {
    'Client id': clientId === '' ? 'none yet: the first sign-in registers it' : clientId,
    ...(secretExpiresAt === undefined ? {} : { 'Secret ends': secretExpiresAt }),
    Manageable: manageable ? 'yes' : 'no',
  };
  const keys = jwks.keys.length === 0 ? '' : `\nPublic keys:\n${printable(JSON.stringify(jwks))}\n`;
  const known =
    Object.keys(metadata).length === 0 ? '' : `\nAs registered:\n${claimsText(metadata, style)}`;
  return `${claimsText(facts, style)}${keys}${known}`;
}

function readObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below.
  }
  throw new KeyfobError('invalid_input', 'The file holds no JSON object.', {
    hint: 'Give the members to change, such as {"client_name": "Keyfob"}.',
  });
}
