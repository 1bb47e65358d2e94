import type { z } from 'zod';
import type { CommandSpec } from '../../shared/commands/spec.ts';
import type {
  CallContext,
  CommandClient,
  CommandHandlers,
  CommandInput,
  CommandName,
  CommandOutput,
} from '../../shared/commands.ts';
import { type ErrorInfo, KeyfobError } from '../../shared/errors.ts';
import type { Log } from '../ports.ts';
import { failureOf } from './failures.ts';

/** How a command ended, as it crosses a wire. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ErrorInfo };

/** The one door to the commands; every transport calls them through it. */
export interface Router {
  /** Never rejects. */
  call(name: string, input: unknown, context: CallContext): Promise<Outcome>;
}

/** Makes the schemas of all commands. It would be a tenth of the helper's start, so it comes later. */
export const loadCommands = () => import('../../shared/commands.ts');

/** Puts validation of caller, input and output around the handlers. */
export function createRouter(handlers: CommandHandlers, log: Log): Router {
  async function run(name: string, input: unknown, context: CallContext): Promise<unknown> {
    const { commands, isCommandName } = await loadCommands();
    if (!isCommandName(name)) throw unknownCommand(name, Object.keys(commands));
    const spec: CommandSpec = commands[name];
    if (!spec.callers.includes(context.caller)) throw notAllowed(name, context.caller);
    const parsed = spec.input.safeParse(input);
    if (!parsed.success) throw invalidInput(name, parsed.error);
    // The table's type ties each name to its handler; a name known only at run time loses that tie.
    const handler = handlers[name] as (input: unknown, context: CallContext) => Promise<unknown>;
    const value = await handler(parsed.data, context);
    // Drops whatever the schema does not name, so that no secret leaves by accident.
    return spec.output.parse(value);
  }

  return {
    async call(name, input, context) {
      try {
        return { ok: true, value: await run(name, input, context) };
      } catch (error) {
        return { ok: false, error: failureOf(error, log, name).toInfo() };
      }
    },
  };
}

/**
 * The same door, opened once `loaded` is: what is asked earlier would be answered from nothing, and
 * what is written earlier could replace what has not been read yet. Only `shutdown` need not wait.
 */
export function routerAfterLoading(router: Router, loaded: Promise<void>, log: Log): Router {
  return {
    async call(name, input, context) {
      try {
        if (name !== 'shutdown') await loaded;
      } catch (error) {
        return { ok: false, error: failureOf(error, log, name).toInfo() };
      }
      return router.call(name, input, context);
    },
  };
}

/** A client in the same process, with the same checks in both directions as any other. */
export function createInProcessClient(
  router: Router,
  context: Pick<CallContext, 'caller'>,
): CommandClient {
  return {
    async call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>> {
      const signal = new AbortController().signal;
      const outcome = await router.call(name, input, { ...context, signal });
      if (!outcome.ok) throw KeyfobError.fromInfo(outcome.error);
      // The router has just parsed it with this command's output schema.
      return outcome.value as CommandOutput<N>;
    },
  };
}

function unknownCommand(name: string, known: readonly string[]): KeyfobError {
  return new KeyfobError('unknown_command', `There is no command \`${name.slice(0, 64)}\`.`, {
    hint: `The commands are ${known.join(', ')}.`,
  });
}

function notAllowed(name: string, caller: string): KeyfobError {
  return new KeyfobError('not_allowed', `\`${name}\` may not be called from the ${caller}.`, {
    hint: 'Use the keyfob command.',
  });
}

/** Names the field and what was expected of it, never what was given: that could be a secret. */
function invalidInput(command: string, error: z.ZodError): KeyfobError {
  const issue = error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? 'input' : issue.path.join('.');
  return new KeyfobError('invalid_input', `${field}: ${expectation(issue)}.`, {
    hint: `Mend \`${field}\` and try again.`,
    details: { command, field },
  });
}

/** Of texts, the schema library speaks as of numbers. */
function expectation(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'too_small' && issue.origin === 'string') return 'Expected some text';
  if (issue?.code === 'too_big' && issue.origin === 'string') {
    return `Expected at most ${issue.maximum} characters`;
  }
  return issue?.message ?? 'Invalid input';
}
