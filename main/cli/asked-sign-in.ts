import type { CommandClient } from '../../shared/commands.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { SignIn } from '../../shared/model.ts';
import type { CliContext } from './context.ts';
import { printable } from './printable.ts';

/** What the command line was told to answer with; the rest is asked on the terminal. */
export interface AnswerOptions {
  readonly username?: string;
  readonly passwordStdin?: boolean;
  readonly otpStdin?: boolean;
  readonly assertionFile?: string;
}

type Question = NonNullable<SignIn['asks']>;
type FieldName = Question['fields'][number]['name'];

const words: Readonly<Record<FieldName, string>> = {
  username: 'User name',
  password: 'Password',
  otp: 'One-time password',
  assertion: 'Assertion',
  mfa: 'MFA code',
};

/** Events are a line of JSON each. */
type Tell = (event: Readonly<Record<string, unknown>>) => void;

/**
 * Answers what a sign-in asks, one question after the other, until it has ended. Rejects with
 * `invalid_input` where there is neither an option nor a terminal to take an answer from.
 */
export async function answerQuestions(
  client: CommandClient,
  begun: SignIn,
  context: CliContext,
  options: AnswerOptions & { readonly tell?: Tell },
  ended: Promise<unknown>,
): Promise<void> {
  let over = false;
  const end = ended.then(
    () => {
      over = true;
    },
    () => {
      over = true;
    },
  );
  const { connection } = begun;
  let answered: string | undefined;
  let asks = begun.asks;
  while (!over) {
    if (asks !== undefined && asks.id !== answered) {
      answered = asks.id;
      const { id, fields, message } = asks;
      options.tell?.({ event: 'asks', id, fields, ...(message === undefined ? {} : { message }) });
      const values = await valuesFor(asks, context, options);
      await client.call('signIn.answer', { connection, id, values });
    }
    await Promise.race([end, context.pause(100)]);
    if (!over) asks = await openQuestion(client, connection);
  }
}

async function openQuestion(client: CommandClient, name: string): Promise<Question | undefined> {
  const { signIns } = await client.call('state', {});
  return signIns.find(({ connection, state }) => connection === name && state === 'pending')?.asks;
}

async function valuesFor(
  { fields, message }: Question,
  context: CliContext,
  options: AnswerOptions & { readonly tell?: Tell },
): Promise<Record<string, string>> {
  if (message !== undefined && options.tell === undefined) context.err(`${printable(message)}\n`);
  const values: Record<string, string> = {};
  for (const { name, secret } of fields) {
    const value = (await given(name, context, options)) ?? (await asked(name, secret, context));
    if (value === '') throw nothingEntered(words[name]);
    values[name] = value;
  }
  return values;
}

async function given(
  name: FieldName,
  { secretInput }: CliContext,
  options: AnswerOptions,
): Promise<string | undefined> {
  const { username, passwordStdin, otpStdin, assertionFile } = options;
  if (name === 'username') return username;
  if (name === 'password' && passwordStdin) return await secretInput.line('password');
  if (name === 'otp' && otpStdin) return await secretInput.line('one-time password');
  if (name !== 'assertion' || assertionFile === undefined) return undefined;
  return await secretInput.file(assertionFile);
}

async function asked(name: FieldName, secret: boolean, context: CliContext): Promise<string> {
  const answer = await context.secretInput.ask(`${words[name]}: `, !secret);
  if (answer !== undefined) return answer;
  throw new KeyfobError('invalid_input', `The sign-in asks for something: ${words[name]}.`, {
    hint: 'There is no terminal to ask on. Give --username, --password-stdin, --otp-stdin or --assertion-file.',
  });
}

function nothingEntered(what: string): KeyfobError {
  return new KeyfobError('sign_in_cancelled', `The sign-in was given up: ${what} was left empty.`, {
    hint: 'Start again with `keyfob login`.',
  });
}
