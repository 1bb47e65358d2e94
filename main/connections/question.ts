import { KeyfobError } from '../../shared/errors.ts';
import type { AskedField } from './provider.ts';

type Values = Readonly<Record<string, string>>;

/** A question to the person that has not been answered yet. */
export interface OpenQuestion {
  readonly id: string;
  readonly answered: Promise<Values>;
  /** Throws `invalid_input` unless there is a value for each field, and for nothing else. */
  answer(values: Values): void;
}

/** Opens a question about `fields`. */
export function openQuestion(id: string, fields: readonly AskedField[]): OpenQuestion {
  const answered = Promise.withResolvers<Values>();
  return {
    id,
    answered: answered.promise,
    answer(values) {
      const asked = fields.map(({ name }) => name);
      const missing = asked.filter((name) => (values[name] ?? '') === '');
      if (missing.length > 0) throw wrongAnswer(`Something is missing: ${missing.join(', ')}.`);
      const strangers = Object.keys(values).filter((name) => !asked.some((one) => one === name));
      if (strangers.length > 0) throw wrongAnswer('The answer has more in it than was asked for.');
      answered.resolve(values);
    },
  };
}

function wrongAnswer(message: string): KeyfobError {
  return new KeyfobError('invalid_input', message, {
    hint: 'Give one value for each thing that is asked.',
  });
}

/** For an answer that comes too late, or to a question that nobody asked. */
export function questionOver(connection: string): KeyfobError {
  return new KeyfobError('not_found', `The sign-in to ${connection} does not ask this now.`, {
    hint: 'It was answered already, or the sign-in has ended. Look at what it asks now.',
  });
}
