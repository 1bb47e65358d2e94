import { type Command, InvalidArgumentError } from 'commander';
import { maxActivityEntries } from '../../../shared/commands/activity.ts';
import type { CommandInput } from '../../../shared/commands.ts';
import type { ActivityEntry } from '../../../shared/model.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, next } from '../help.ts';
import { parseSince } from '../since.ts';
import { activityTable } from '../text/activity-text.ts';
import { countOf } from '../text/session-text.ts';

interface ActivityOptions extends CommonOptions {
  readonly follow?: boolean;
  readonly since?: string;
  readonly account?: string;
  readonly connection?: string;
  readonly client?: string;
  readonly limit: number;
}

const everyMs = 1_000;

/** `activity`. */
export function addActivity(program: Command, context: CliContext): void {
  const activity = program
    .command('activity')
    .description('Shows who asked for what, when, and how it went; the latest at the end')
    .option('--follow', 'Go on showing what comes, until Ctrl-C')
    .option('--since <when>', 'Only what came after: 30m, 2h, 7d, or a date (2026-01-31)', (text) =>
      parseSince(text, context.now()),
    )
    .option('--account <text>', 'Only accounts that have these letters in their path')
    .option('--connection <name>', 'Only this connection and its accounts')
    .option('--client <text>', 'Only programs that have these letters in their name')
    .option('--limit <n>', 'At most so many, the last ones', parseLimit, 200)
    .option('--json', 'Print JSON, for programs; with --follow, one entry a line')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<ActivityOptions>();
      if (options.follow) await follow(options, context);
      else await show(options, context);
    });
  examples(activity, [
    [
      'What the AWS CLI did today under `keyfob exec`',
      'keyfob activity --since 12h --client "exec aws"',
    ],
    ['What goes wrong, as it happens', 'keyfob activity --follow --json | grep -v \'"ok"\''],
  ]);
  next(
    activity,
    'The same again within a minute is one entry, which says how often. The record\nholds no secret.',
  );
}

function parseLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= maxActivityEntries) return limit;
  throw new InvalidArgumentError(`Expected a number from 1 to ${maxActivityEntries}.`);
}

function queryOf(options: ActivityOptions): CommandInput<'activity.list'> {
  const { since, account, connection, client, limit } = options;
  return {
    limit,
    ...(since === undefined ? {} : { since }),
    ...(account === undefined ? {} : { account }),
    ...(connection === undefined ? {} : { connection }),
    ...(client === undefined ? {} : { client }),
  };
}

async function show(options: ActivityOptions, context: CliContext): Promise<void> {
  const client = context.connect(options.autostart);
  const { entries, damaged } = await client.call('activity.list', queryOf(options));
  print(context, options, { entries, damaged }, () => activityTable(entries, context.style));
  if (entries.length === 0) context.err('Nothing in the record fits.\n');
  if (damaged > 0) context.err(`${countOf(damaged, 'damaged line')} skipped.\n`);
}

/** As JSON an entry that counts up comes again; a program tells it by its id. */
async function follow(options: ActivityOptions, context: CliContext): Promise<never> {
  const client = context.connect(options.autostart);
  let query = { ...queryOf(options), limit: maxActivityEntries };
  let seen: ReadonlyMap<string, number> | undefined;
  for (;;) {
    const { entries } = await client.call('activity.list', query);
    const before = seen;
    const news =
      before === undefined
        ? entries.slice(-options.limit)
        : entries.filter(({ id, count }) =>
            options.json ? before.get(id) !== count : !before.has(id),
          );
    printNews(news, options, context);
    seen = new Map(entries.map(({ id, count }) => [id, count]));
    query = { ...query, ...sinceLast(entries, options.since) };
    await context.pause(everyMs);
  }
}

function printNews(
  entries: readonly ActivityEntry[],
  options: ActivityOptions,
  context: CliContext,
): void {
  if (options.json) for (const entry of entries) context.out(`${JSON.stringify(entry)}\n`);
  else if (entries.length > 0) context.out(activityTable(entries, context.style));
}

/** Those before the last one may count up for a minute yet. */
function sinceLast(
  entries: readonly ActivityEntry[],
  asked: string | undefined,
): { since?: string } {
  const last = entries.at(-1)?.lastAt;
  if (last === undefined) return {};
  const open = Date.parse(last) - 60_000;
  const since = asked === undefined ? open : Math.max(open, Date.parse(asked));
  return { since: new Date(since).toISOString() };
}
