import type { CommandInput } from '../../../shared/commands.ts';
import { KeyfobError } from '../../../shared/errors.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { printable } from '../printable.ts';

/** What the commands of `account add` have in common. */

/** The argument that every `account add` begins with. */
export const pathArgument = ['<path>', 'What it will be called: CONNECTION/NAME'] as const;

/** Adds the account, and says so. */
export async function send(
  context: CliContext,
  options: CommonOptions,
  input: CommandInput<'account.add'>,
): Promise<void> {
  const account = await context.connect(options.autostart).call('account.add', input);
  print(context, options, account, () => `Added ${printable(account.path)}.\n`);
}

/** `acme/deploy`: where it is listed, and its name. */
export function named(path: string): { connection: string; name: string } {
  const [connection = '', name = '', ...rest] = path.split('/');
  if (connection !== '' && name !== '' && rest.length === 0) return { connection, name };
  throw new KeyfobError('invalid_input', 'Expected the path of the new account, as acme/deploy.', {
    hint: 'Before the slash stands the connection that it is listed under, after it the name.',
  });
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what was not given, which is not the same as undefined on the wire. */
export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Given<T>;
}
