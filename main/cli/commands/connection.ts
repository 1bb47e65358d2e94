import { type Command, Option } from 'commander';
import type { ConnectionView, Flow } from '../../../shared/model.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption, next } from '../help.ts';
import { printable } from '../printable.ts';
import { settledState } from '../settled-state.ts';
import { connectionTable, connectionText } from '../text/connection-text.ts';
import { addOidc } from './connection-add-oidc.ts';
import { addUpdate } from './connection-update.ts';

interface AddOptions extends CommonOptions {
  readonly name: string;
  readonly startUrl: string;
  readonly region: string;
  readonly flow: Flow;
  readonly browser?: string;
  readonly entitledApplication?: string;
  readonly scope?: string[];
}

/** `connection add|list|show|update|remove`. */
export function addConnection(program: Command, context: CliContext): void {
  const connection = program.command('connection').description('The places where you sign in');
  addAdd(connection, context);
  addList(connection, context);
  addShow(connection, context);
  addUpdate(connection, context);
  addRemove(connection, context);
}

function addAdd(connection: Command, context: CliContext): void {
  const add = connection.command('add').description('Tells Keyfob of a place where you sign in');
  const identityCenter = add
    .command('identity-center')
    .description(
      'Adds an AWS IAM Identity Center. Start URL and region are on your AWS access portal, under "Access keys" of any account, or in the invitation you got.',
    )
    .summary('An AWS IAM Identity Center')
    .requiredOption('--name <name>', "What you will call it; the first part of its accounts' paths")
    .requiredOption('--start-url <url>', 'The AWS access portal, as https://acme.awsapps.com/start')
    .requiredOption('--region <region>', 'The region of the Identity Center, as eu-west-1')
    .addOption(
      new Option('--flow <flow>', 'How to sign in: in the browser, by a device code, or what fits')
        .choices(['auto', 'browser', 'device'])
        .default('auto'),
    )
    .option('--browser <command>', 'What opens its pages; gets the address as its last argument')
    .option('--entitled-application <arn>', 'Sign in for this application of the instance alone')
    .option(
      '--scope <scope>',
      'A scope to ask for; may be repeated (default: sso:account:access)',
      (scope: string, scopes: string[] | undefined) => [...(scopes ?? []), scope],
    )
    .option(...jsonOption)
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<AddOptions>();
      const view = await context.connect(options.autostart).call('connection.add', {
        kind: 'identity-center',
        name: options.name,
        startUrl: options.startUrl,
        region: options.region,
        flow: options.flow,
        ...(options.entitledApplication === undefined
          ? {}
          : { entitledApplicationArn: options.entitledApplication }),
        ...(options.browser === undefined ? {} : { browser: options.browser }),
        ...(options.scope === undefined ? {} : { scopes: options.scope }),
      });
      print(context, options, view, () => `Added ${printable(view.settings.name)}.\n`);
      if (!options.json) context.err(`Sign in with \`keyfob login ${view.settings.name}\`.\n`);
    });
  examples(identityCenter, [
    [
      'Add the Identity Center of acme',
      'keyfob connection add identity-center --name acme \\\n      --start-url https://acme.awsapps.com/start --region eu-west-1',
    ],
  ]);
  next(identityCenter, 'Then sign in with `keyfob login acme`.');
  addOidc(add, context);
}

function addList(connection: Command, context: CliContext): void {
  const list = connection
    .command('list')
    .description('Lists the connections and how their sessions stand')
    .option(...jsonOption)
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { connections } = await settledState(context, options);
      print(context, options, { connections }, () =>
        connections.length === 0 ? '' : connectionTable(connections, context),
      );
      if (connections.length === 0) context.err(noConnections);
    });
  examples(list, [['All connections, for a program', 'keyfob connection list --json']]);
}

/** What is said where there is nothing to sign in to. */
export const noConnections =
  'There are no connections yet. Add one: `keyfob connection add identity-center --help`\n  or `keyfob connection add oidc --help` show how.\n';

function addShow(connection: Command, context: CliContext): void {
  const show = connection
    .command('show')
    .description('Shows the settings and the session of one connection')
    .argument('<name>', 'The connection')
    .option(...jsonOption)
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = context.connect(options.autostart);
      const view: ConnectionView = await client.call('connection.show', { connection: name });
      print(context, options, view, () => connectionText(view, context));
    });
  examples(show, [['What Keyfob knows about acme', 'keyfob connection show acme']]);
}

function addRemove(connection: Command, context: CliContext): void {
  const remove = connection
    .command('remove')
    .description('Signs out, then forgets the connection, its secrets and its accounts')
    .argument('<name>', 'The connection')
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      await context.connect(options.autostart).call('connection.remove', { connection: name });
      context.err(`Removed ${printable(name)}.\n`);
    });
  examples(remove, [['Forget acme', 'keyfob connection remove acme']]);
}
