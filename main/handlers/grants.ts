import type { HandlersDeps, HandlersOf } from './deps.ts';

/** What says who may use the endpoint on 127.0.0.1. */
export function grantHandlers({
  accounts,
  accountsLoaded,
  grants,
  endpointUrl,
  state,
  stopping,
}: HandlersDeps): HandlersOf<'grant.create' | 'grant.hold' | 'grant.list' | 'grant.revoke'> {
  return {
    async 'grant.create'({ accounts: names, token, ...wish }) {
      const url = await endpointUrl();
      // Without names there is nothing to look up, and no catalogue to wait for.
      if (names.length > 0) await accountsLoaded;
      const made = await grants.create({
        ...wish,
        accounts: names.map((name) => accounts.resolve(name).id),
        ...(token === undefined ? {} : { token }),
      });
      return { ...made, url };
    },
    async 'grant.hold'({ id }, { signal }) {
      await grants.hold(id, AbortSignal.any([signal, stopping]));
      return {};
    },
    async 'grant.list'() {
      await grants.load();
      return { grants: state.get('grants') };
    },
    async 'grant.revoke'({ id }) {
      await grants.revoke(id);
      return {};
    },
  };
}
