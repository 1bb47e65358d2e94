import { type Command, InvalidArgumentError, Option } from 'commander';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { examples, jsonOption, next } from '../help.ts';

interface ConsoleOptions extends CommonOptions {
  readonly service?: string;
  readonly region?: string;
  readonly destination?: string;
  readonly duration?: number;
  readonly print?: boolean;
}

/** `console`. */
export function addConsole(program: Command, context: CliContext): void {
  const console = program
    .command('console')
    .description('Opens the AWS console in the browser, signed in as an account')
    .argument('[account]', 'Path or id of the account; without one, the active account')
    .option('--service <name>', "As in the console's addresses: s3, ec2, cloudformation")
    .option('--region <region>', 'Instead of AWS_REGION, or the region of the connection')
    .addOption(
      new Option(
        '--destination <url>',
        'A page of the console, as its address bar has it',
      ).conflicts('service'),
    )
    .option('--duration <time>', 'How long to stay signed in: 15m to 12h', parseStay)
    .option('--print', 'Print the address instead of opening it')
    .option(...jsonOption)
    .action(async (account: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<ConsoleOptions>();
      const { service, destination, duration } = options;
      const region = options.region ?? (context.env.AWS_REGION || context.env.AWS_DEFAULT_REGION);
      const wish = {
        ...(account === undefined ? {} : { account }),
        ...(service === undefined ? {} : { service }),
        ...(destination === undefined ? {} : { destination }),
        ...(region === undefined || region === '' ? {} : { region }),
        ...(duration === undefined ? {} : { durationSeconds: duration }),
      };
      const client = context.connect(options.autostart);
      if (options.print || options.json) {
        const made = await client.call('account.consoleAddress', wish);
        context.err(
          'Whoever opens this address is signed in as you. It is good for 15 minutes: keep it from logs and chats.\n',
        );
        print(context, options, made, ({ url }) => `${url}\n`);
      } else {
        await client.call('account.openConsole', wish);
        context.err('The console opens in your browser.\n');
      }
    });
  examples(console, [
    ['The buckets of an account', 'keyfob console acme/prod/Admin --service s3'],
    ['Where no browser can open', 'keyfob console acme/prod/Admin --print'],
  ]);
  next(
    console,
    'It opens in the browser that the connection uses, which each connection can have\nof its own.',
  );
}

/** Seconds, within what AWS's federation endpoint takes. */
function parseStay(text: string): number {
  const seconds = parseDuration(text);
  if (seconds >= 900 && seconds <= 43_200) return seconds;
  throw new InvalidArgumentError('Expected 15m to 12h.');
}
