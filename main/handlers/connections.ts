import { addressOf, regionOf } from '../../shared/model.ts';
import { discoverConnections } from '../aws-config/discover.ts';
import { freeName } from '../connections/free-name.ts';
import { testConnection } from '../doctor.ts';
import { readAddress } from '../identity-center/address.ts';
import { checkRegion } from '../identity-center/endpoints.ts';
import { probe } from '../identity-center/probe.ts';
import { parseStartUrl } from '../identity-center/start-url.ts';
import { type HandlersDeps, type HandlersOf, viewOf } from './deps.ts';

/** What configures connections. */
export function connectionHandlers(
  deps: HandlersDeps,
): HandlersOf<
  | 'connection.add'
  | 'connection.show'
  | 'connection.update'
  | 'connection.remove'
  | 'connection.check'
  | 'connection.test'
  | 'connection.discover'
> {
  const { ports, state, connections, accounts, confirmations, grants, accountsLoaded } = deps;
  const known = () => state.get('connections').map(({ settings }) => settings);

  return {
    async 'connection.add'(input) {
      checkRegion(input.region);
      return await connections.add({ ...input, startUrl: parseStartUrl(input.startUrl) });
    },
    'connection.show': async ({ connection }) => viewOf(connection, deps),
    'connection.update': ({ connection, ...changes }) => connections.update(connection, changes),
    async 'connection.remove'({ connection }) {
      await accountsLoaded;
      await connections.remove(connection);
      await accounts.forget(connection);
      await confirmations.forget(connection);
      await grants.forget(connection);
      return {};
    },

    async 'connection.check'({ address, region: given }, { signal }) {
      const { startUrl, name = 'aws', ...found } = readAddress(address);
      const region = given ?? found.region;
      if (region !== undefined) {
        checkRegion(region);
        await probe('oidc', region, ports, signal);
      }
      const existing = known().find(
        (settings) =>
          addressOf(settings) === startUrl &&
          (region === undefined || regionOf(settings) === region),
      );
      const taken = known().map((settings) => settings.name);
      return {
        kind: 'identity-center',
        startUrl,
        name: freeName(name, taken),
        ...(region === undefined ? {} : { region }),
        ...(existing === undefined ? {} : { existing: existing.name }),
      };
    },
    'connection.test': async ({ connection }) => ({
      checks: await testConnection(viewOf(connection, deps), ports),
    }),
    async 'connection.discover'() {
      const text = await ports.readAwsConfig();
      return { found: text === null ? [] : discoverConnections(text, known()) };
    },
  };
}
