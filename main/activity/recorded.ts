import type { CallContext, CommandHandlers } from '../../shared/commands.ts';
import { isKeyfobError } from '../../shared/errors.ts';
import type { ActivityKind } from '../../shared/model.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Connections } from '../connections/connections.ts';
import type { Activity } from './activity.ts';
import { looksSecret } from './looks-secret.ts';

export interface RecordedDeps {
  readonly activity: Activity;
  readonly accounts: Pick<Accounts, 'resolve'>;
  readonly connections: Pick<Connections, 'waitForSignIn'>;
  readonly stopping: AbortSignal;
}

/** What is written down of a command. */
interface Subject {
  readonly what: ActivityKind;
  readonly account?: string | undefined;
  readonly connection?: string;
}

/** Puts those commands that act for somebody into the record, when they have ended. */
export function recorded(handlers: CommandHandlers, deps: RecordedDeps): CommandHandlers {
  const { activity, accounts, connections, stopping } = deps;

  function note(subject: Subject, context: CallContext, outcome: string): void {
    const { what, account, connection = null } = subject;
    activity.record({
      client: clientName(context),
      listener: context.caller,
      account: what in accountCommands ? pathOf(account) : null,
      connection,
      what,
      outcome,
    });
  }

  /** As it was asked for, where it names nothing that there is. */
  function pathOf(text: string | undefined): string | null {
    try {
      return accounts.resolve(text).path;
    } catch {
      return asAsked(text);
    }
  }

  function noting<I, O>(
    handler: (input: I, context: CallContext) => Promise<O>,
    subjectOf: (input: I) => Subject,
  ): (input: I, context: CallContext) => Promise<O> {
    return async (input, context) => {
      const subject = subjectOf(input);
      try {
        const value = await handler(input, context);
        note(subject, context, 'ok');
        return value;
      } catch (error) {
        note(subject, context, outcomeOf(error));
        throw error;
      }
    };
  }

  /** A sign-in is over long after its command. */
  async function noteSignIn(connection: string, context: CallContext): Promise<void> {
    const outcome = await connections.waitForSignIn(connection, stopping).then(
      () => 'ok',
      (error: unknown) => outcomeOf(error),
    );
    if (!stopping.aborted) note({ what: 'sign-in', connection }, context, outcome);
  }

  const revoke = noting(handlers['oidc.revoke'], ({ connection }) => ({
    what: 'sign-out',
    connection,
  }));

  return {
    ...handlers,
    'connection.add': noting(handlers['connection.add'], ({ name }) => ({
      what: 'connection-add',
      connection: name,
    })),
    'connection.update': noting(handlers['connection.update'], ({ connection }) => ({
      what: 'connection-update',
      connection,
    })),
    'connection.remove': noting(handlers['connection.remove'], ({ connection }) => ({
      what: 'connection-remove',
      connection,
    })),
    async 'signIn.start'(input, context) {
      const { connection } = input;
      try {
        const started = await handlers['signIn.start'](input, context);
        void noteSignIn(connection, context);
        return started;
      } catch (error) {
        note({ what: 'sign-in', connection }, context, outcomeOf(error));
        throw error;
      }
    },
    // Each of them ends the session.
    'oidc.revoke': async (input, context) =>
      input.token === undefined && input.kind !== 'access'
        ? await revoke(input, context)
        : await handlers['oidc.revoke'](input, context),
    'oidc.registration.delete': noting(handlers['oidc.registration.delete'], ({ connection }) => ({
      what: 'sign-out',
      connection,
    })),
    'oidc.exchange': noting(handlers['oidc.exchange'], ({ connection }) => ({
      what: 'token',
      connection,
    })),
    signOut: noting(handlers.signOut, ({ connection }) => ({ what: 'sign-out', connection })),
    'accounts.use': noting(handlers['accounts.use'], ({ account }) => ({ what: 'use', account })),
    'account.add': noting(handlers['account.add'], ({ connection, name }) => ({
      what: 'account-add',
      account: `${connection}/${name}`,
      connection,
    })),
    'account.remove': noting(handlers['account.remove'], ({ account }) => ({
      what: 'account-remove',
      account,
    })),
    'account.environment': noting(handlers['account.environment'], ({ account }) => ({
      what: 'environment',
      account,
    })),
    'account.copyEnvironment': noting(handlers['account.copyEnvironment'], ({ account }) => ({
      what: 'environment',
      account,
    })),
    'account.openConsole': noting(handlers['account.openConsole'], ({ account }) => ({
      what: 'console',
      account,
    })),
    'account.consoleAddress': noting(handlers['account.consoleAddress'], ({ account }) => ({
      what: 'console',
      account,
    })),
  };
}

const accountCommands: Partial<Record<ActivityKind, true>> = {
  use: true,
  environment: true,
  console: true,
  'account-add': true,
  'account-remove': true,
};

/** Without one over the socket it is one of our own programs in this process. */
function clientName({ client }: CallContext): string {
  return client?.name ?? 'Keyfob';
}

/**
 * What somebody called an account that there is not: enough of it to find the mistake, and nothing
 * of it where it may be a key that went to the wrong place.
 */
export function asAsked(text: string | undefined): string | null {
  if (text === undefined) return null;
  return looksSecret(text) ? '(left out)' : text.slice(0, 128);
}

/** What a failure is called in the record. */
export function outcomeOf(error: unknown): string {
  return isKeyfobError(error) ? error.code : 'internal';
}
