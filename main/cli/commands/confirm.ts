import type { Command } from 'commander';
import { KeyfobError } from '../../../shared/errors.ts';
import type { Confirmation } from '../../../shared/model.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption, next } from '../help.ts';
import { printable } from '../printable.ts';
import { table } from '../text/table.ts';
import { timeLeft } from '../text/time.ts';

interface ConfirmOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly no?: boolean;
}

/** `confirm`. */
export function addConfirm(program: Command, context: CliContext): void {
  const confirm = program
    .command('confirm')
    .description('Shows which programs wait for your yes, and answers one of them')
    .argument('[id]', 'Which one; it can be left out where only one waits')
    .option('--yes', 'Allow it')
    .option('--no', 'Do not allow it')
    .option(...jsonOption)
    .action(async (id: string | undefined, _options, self: Command) => {
      const options = self.optsWithGlobals<ConfirmOptions>();
      // Commander takes --no-… for the opposite of an option; a bare --no it does not.
      const { yes = false, no = false } = options;
      if (yes && no) throw bothAnswers();
      if (id !== undefined && !yes && !no) throw noAnswer();
      const client = context.connect(options.autostart);
      const { confirmations } = await client.call('questions', {});
      if (!yes && !no) {
        print(context, options, { confirmations }, () => listOf(confirmations, context));
        if (confirmations.length === 0) context.err('Nobody waits for an answer.\n');
        return;
      }
      const question = chosen(confirmations, id);
      await client.call('confirmation.answer', { id: question.id, allow: yes });
      print(context, options, { id: question.id, allowed: yes }, () =>
        yes
          ? `Allowed: ${printable(question.client)}, ${printable(question.path)}\n`
          : `Not allowed: ${printable(question.client)}, ${printable(question.path)}\n`,
      );
    });
  examples(confirm, [
    ['Who waits', 'keyfob confirm'],
    ['Allow the only one', 'keyfob confirm --yes'],
  ]);
  next(
    confirm,
    'Without an answer within a minute it is no. A program may not allow what it has\nasked for itself: answer from another terminal than its own.',
  );
}

function listOf(confirmations: readonly Confirmation[], context: CliContext): string {
  return table(
    confirmations.map(({ id, client, path, policy, expiresAt }) => [
      id,
      printable(client),
      policy === undefined
        ? printable(path)
        : `${printable(path)}: ask ${policy === 'first' ? 'only once' : policy} from now on`,
      timeLeft(expiresAt, context.now()),
    ]),
  );
}

function chosen(confirmations: readonly Confirmation[], id: string | undefined): Confirmation {
  const fitting = confirmations.filter((one) => id === undefined || one.id === id);
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return only;
  if (only === undefined) {
    throw new KeyfobError(
      'not_found',
      id === undefined ? 'Nobody waits for an answer.' : 'This question is over.',
      { hint: 'Let the program ask again.' },
    );
  }
  throw new KeyfobError('invalid_input', `${fitting.length} programs wait for an answer.`, {
    hint: 'See them with `keyfob confirm`, and name one by its id.',
  });
}

function bothAnswers(): KeyfobError {
  return new KeyfobError('invalid_input', 'Expected --yes or --no, got both.', {
    hint: 'Give one of them.',
  });
}

function noAnswer(): KeyfobError {
  return new KeyfobError('invalid_input', 'Expected --yes or --no.', {
    hint: 'Give one of them, or leave the id out to see who waits.',
  });
}
