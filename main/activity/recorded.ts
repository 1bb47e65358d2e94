import type { CallContext, CommandHandlers } from '../../shared/commands.ts';
import { isKeyfobError } from '../../shared/errors.ts';
import type { Account } from '../../shared/model.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Connections } from '../connections/connections.ts';
import type { StateStore } from '../state.ts';
import type { Activity, Event } from './activity.ts';
import { looksSecret } from './looks-secret.ts';

export interface RecordedDeps {
  readonly activity: Pick<Activity, 'record'>;
  readonly accounts: Pick<Accounts, 'resolve'>;
  readonly connections: Pick<Connections, 'waitForSignIn'>;
  readonly state: Pick<StateStore, 'get'>;
  readonly stopping: AbortSignal;
}

/** What is written down of a command. */
interface Subject extends Pick<Event, 'what' | 'subject' | 'grant'> {
  /** As it was asked for; the active one where that is undefined. */
  readonly account?: string | undefined;
  /** The account's path, where it need not be looked up, or can't be any more. */
  readonly path?: string;
  readonly connection?: string;
}

/** Puts those commands that act for somebody into the record, when they have ended. */
export function recorded(handlers: CommandHandlers, deps: RecordedDeps): CommandHandlers {
  const { activity, accounts, connections, state, stopping } = deps;

  function note(subject: Subject, context: CallContext, outcome: string): void {
    const { account, path, connection = null, ...rest } = subject;
    activity.record({
      ...rest,
      ...askedBy(context),
      account: path ?? ('account' in subject ? pathOf(account) : null),
      connection,
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

  /**
   * @param subjectOf what is known before
   * @param foundOf what the outcome tells beside; null: nothing was done that is worth a line
   */
  function noting<I, O>(
    handler: (input: I, context: CallContext) => Promise<O>,
    subjectOf: (input: I) => Subject,
    foundOf: (value: O) => Partial<Subject> | null = () => ({}),
  ): (input: I, context: CallContext) => Promise<O> {
    return async (input, context) => {
      const subject = subjectOf(input);
      try {
        const value = await handler(input, context);
        const found = foundOf(value);
        if (found !== null) note({ ...subject, ...found }, context, 'ok');
        return value;
      } catch (error) {
        note(subject, context, outcomeOf(error));
        throw error;
      }
    };
  }

  const pathIn = ({ path }: Account) => ({ path });

  /** A sign-in is over long after its command. */
  async function noteSignIn(connection: string, context: CallContext): Promise<void> {
    const outcome = await connections.waitForSignIn(connection, stopping).then(
      () => 'ok',
      (error: unknown) => outcomeOf(error),
    );
    if (!stopping.aborted) note({ what: 'sign-in', connection }, context, outcome);
  }

  function grantKnown(id: string): Pick<Subject, 'grant' | 'subject'> {
    const grant = state.get('grants').find((one) => one.id === id);
    return grant === undefined ? {} : { grant: id, subject: grant.label };
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
    'oidc.registration.update': noting(handlers['oidc.registration.update'], ({ connection }) => ({
      what: 'connection-update',
      connection,
    })),
    signOut: noting(handlers.signOut, ({ connection }) => ({ what: 'sign-out', connection })),
    'accounts.use': noting(
      handlers['accounts.use'],
      ({ account }) => ({ what: 'use', account }),
      pathIn,
    ),
    'account.add': noting(handlers['account.add'], ({ connection, name }) => ({
      what: 'account-add',
      path: `${connection}/${name}`,
      connection,
    })),
    'account.remove': noting(
      handlers['account.remove'],
      ({ account }) => ({ what: 'account-remove', account }),
      pathIn,
    ),
    'account.confirm': noting(handlers['account.confirm'], ({ account }) => ({
      what: 'confirm-policy',
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
    'account.copyToken': noting(handlers['account.copyToken'], ({ account }) => ({
      what: 'token',
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
    'grant.create': noting(
      handlers['grant.create'],
      ({ label }) => ({ what: 'grant-create', subject: label }),
      ({ grant }) => ({ grant: grant.id }),
    ),
    // Once it has ended, its id tells nobody what it was for.
    'grant.revoke': noting(handlers['grant.revoke'], ({ id }) => ({
      what: 'grant-revoke',
      ...grantKnown(id),
    })),
    'config.apply': noting(
      handlers['config.apply'],
      () => ({ what: 'config-write' }),
      ({ upToDate, path }) => (upToDate ? null : { subject: path }),
    ),
    'registry.set': noting(handlers['registry.set'], ({ host, account }) => ({
      what: 'registry-set',
      subject: host,
      account,
    })),
    'registry.remove': noting(handlers['registry.remove'], ({ host }) => ({
      what: 'registry-remove',
      subject: host,
    })),
  };
}

/** Who calls. Without a client over the socket it is one of our own programs in this process. */
export function askedBy({ caller, client }: CallContext): Pick<Event, 'client' | 'listener'> {
  return { client: client?.name ?? 'Keyfob', listener: caller };
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
