import type { CallContext } from '../../shared/commands.ts';
import { outcomeOf } from '../activity/recorded.ts';
import type { HandlersDeps, HandlersOf } from './deps.ts';

/** What says who may use the endpoint on 127.0.0.1. */
export function grantHandlers({
  accounts,
  accountsLoaded,
  activity,
  grants,
  endpointUrl,
  state,
  stopping,
}: HandlersDeps): HandlersOf<'grant.create' | 'grant.hold' | 'grant.list' | 'grant.revoke'> {
  function note(
    what: 'grant-create' | 'grant-revoke',
    { caller, client }: CallContext,
    outcome: string,
    grant?: string,
  ): void {
    activity.record({
      client: client?.name ?? 'Keyfob',
      listener: caller,
      account: null,
      connection: null,
      what,
      outcome,
      grant,
    });
  }

  return {
    async 'grant.create'({ accounts: names, token, ...wish }, context) {
      try {
        const url = await endpointUrl();
        // Without names there is nothing to look up, and no catalogue to wait for.
        if (names.length > 0) await accountsLoaded;
        const made = await grants.create({
          ...wish,
          accounts: names.map((name) => accounts.resolve(name).id),
          ...(token === undefined ? {} : { token }),
        });
        note('grant-create', context, 'ok', made.grant.id);
        return { ...made, url };
      } catch (error) {
        note('grant-create', context, outcomeOf(error));
        throw error;
      }
    },
    async 'grant.hold'({ id }, { signal }) {
      await grants.hold(id, AbortSignal.any([signal, stopping]));
      return {};
    },
    async 'grant.list'() {
      await grants.load();
      return { grants: state.get('grants') };
    },
    async 'grant.revoke'({ id }, context) {
      try {
        await grants.revoke(id);
        note('grant-revoke', context, 'ok', id);
        return {};
      } catch (error) {
        note('grant-revoke', context, outcomeOf(error));
        throw error;
      }
    },
  };
}
