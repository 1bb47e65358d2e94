import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandSpec } from '../../shared/commands/spec.ts';
import {
  type CommandClient,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  commands,
} from '../../shared/commands.ts';
import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import { protocolVersion } from '../../shared/protocol.ts';
import { field, helperError, parseAnswer } from './helper-error.ts';
import { isStartable } from './hot.ts';
import { tellingQuestions } from './hot-telling.ts';
import { type HttpAnswer, notOurs } from './http-answer.ts';
import { requestOverSocket, type SocketRequest } from './socket-http.ts';

export interface SocketClientOptions {
  readonly socket: string;
  /** Starts a helper where none runs; absent: `no_helper` is final. */
  readonly startHelper?: (() => Promise<void>) | undefined;
  /** How an exchange is done; for tests. */
  readonly request?: (request: SocketRequest) => Promise<HttpAnswer>;
  /** How it waits between attempts; for tests. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

const minute = 60_000;
/** These last as long as a person, a provider or a keychain takes; the helper ends them itself. */
const deadlines: Partial<Record<CommandName, number>> = {
  // The helper gives a slow keychain a minute each time, and these ask it more than once.
  'connection.add': 5 * minute,
  'connection.remove': 5 * minute,
  'signIn.start': 5 * minute,
  signOut: 5 * minute,
  'signIn.wait': 60 * minute,
  'accounts.sync': 30 * minute,
  // As long as the program runs; Node's timers know no more than 24 days.
  'grant.hold': 20 * 24 * 60 * minute,
};
/** These may wait for a person: a minute for a code, one for a yes, and what is asked for comes after that. */
const askAPerson: Partial<Record<CommandName, true>> = {
  'account.confirm': true,
  'account.environment': true,
  'account.openConsole': true,
  'account.consoleAddress': true,
  'oidc.exchange': true,
};
const maxBytes = 64 * 1024 * 1024;

/**
 * The commands of the helper over its socket, checked by the schema they were declared with.
 *
 * Calls reject with the helper's error, with those of `requestOverSocket`, with `helper_version`
 * when a helper of another build answers, and with `response_invalid`.
 */
export function createSocketClient(options: SocketClientOptions): CommandClient {
  const { socket, startHelper, request = requestOverSocket, pause = sleep } = options;

  async function exchange(name: CommandName, input: unknown): Promise<HttpAnswer> {
    const post: SocketRequest = {
      socket,
      method: 'POST',
      path: `/v1/commands/${name}`,
      body: JSON.stringify(input),
      deadlineMs: askAPerson[name] ? 2.5 * minute : (deadlines[name] ?? minute),
      maxBytes,
    };
    const ask = () => (askAPerson[name] ? tellingQuestions(socket, request(post)) : request(post));
    try {
      return await ask();
    } catch (error) {
      if (startHelper === undefined || !isStartable(error)) throw error;
    }
    await startHelper();
    return ask();
  }

  async function callOnce<N extends CommandName>(
    name: N,
    input: CommandInput<N>,
  ): Promise<CommandOutput<N>> {
    const answer = await exchange(name, input);
    checkProtocol(answer);
    const body = parseAnswer(answer);
    if (field(body, 'ok') !== true) throw helperError(body);
    const spec: CommandSpec = commands[name];
    const parsed = spec.output.safeParse(field(body, 'value'));
    if (!parsed.success) throw unexpectedValue(name, parsed.error);
    // Parsed with this very command's output schema; the table's type loses the tie to the name.
    return parsed.data as CommandOutput<N>;
  }

  return {
    async call(name, input) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await callOnce(name, input);
        } catch (error) {
          // A helper that is stopping has not run the command; the next one will.
          const again = isKeyfobError(error, 'helper_stopping') && startHelper !== undefined;
          if (!again || attempt === 20) throw error;
          await pause(250);
        }
      }
    },
  };
}

function checkProtocol(answer: HttpAnswer): void {
  const spoken = answer.headers.get('keyfob-protocol');
  if (spoken === undefined) throw notOurs();
  if (spoken === String(protocolVersion)) return;
  throw new KeyfobError(
    'helper_version',
    `The running helper speaks protocol ${spoken.slice(0, 16)}, this command speaks ${protocolVersion}.`,
    {
      hint: 'They are of different versions of Keyfob. End the helper with `keyfob daemon --stop`; the next command starts its own.',
    },
  );
}

function unexpectedValue(name: CommandName, cause: unknown): KeyfobError {
  return new KeyfobError(
    'response_invalid',
    `The helper's answer to \`${name}\` is not what this command expects.`,
    {
      hint: 'They may be of different versions of Keyfob. End the helper with `keyfob daemon --stop`; the next command starts its own.',
      cause,
    },
  );
}
