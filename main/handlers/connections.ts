import { addressOf, regionOf } from '../../shared/connection.ts';
import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { Issuer } from '../../shared/oidc-connection.ts';
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
> {
  const { ports, state, connections, accounts, confirmations, grants, accountsLoaded } = deps;
  const known = () => state.get('connections').map(({ settings }) => settings);

  async function checkIssuer(
    address: string,
    kind: 'oidc' | undefined,
    signal: AbortSignal,
  ): Promise<Issuer> {
    const { discoverIssuer, nameOf, offersOf } = await import('../oidc/protocol.ts');
    const { issuer, metadata, server } = await discoverIssuer(address, ports, signal).catch(
      (error: unknown) => {
        if (kind === 'oidc' || !isKeyfobError(error, 'not_found')) throw error;
        throw neither(error);
      },
    );
    const existing = known().find((settings) => addressOf(settings) === issuer);
    const taken = known().map((settings) => settings.name);
    return {
      kind: 'oidc',
      issuer,
      metadata,
      name: freeName(nameOf(issuer), taken),
      ...(existing === undefined ? {} : { existing: existing.name }),
      offers: offersOf(server),
    };
  }

  return {
    async 'connection.add'(input) {
      if (input.kind === 'oidc') {
        const { newConnection } = await import('../oidc/protocol.ts');
        const { settings, client } = await newConnection(input);
        const secret = Object.keys(client).length > 0;
        return await connections.add(settings, secret ? client : undefined);
      }
      checkRegion(input.region);
      return await connections.add({ ...input, startUrl: parseStartUrl(input.startUrl) });
    },
    'connection.show': async ({ connection }) => viewOf(connection, deps),
    'connection.update': ({ connection, ...changes }) => connections.update(connection, changes),
    async 'connection.remove'({ connection }) {
      await accountsLoaded;
      accounts.checkForget(connection);
      await connections.remove(connection);
      await accounts.forget(connection);
      await confirmations.forget(connection);
      await grants.forget(connection);
      return {};
    },

    async 'connection.check'({ address, region: given, kind }, { signal }) {
      if (kind === 'oidc') return await checkIssuer(address, kind, signal);
      if (kind === undefined && !isPortal(address)) {
        const { looksLikeIssuer } = await import('../oidc/protocol.ts');
        if (looksLikeIssuer(address)) return await checkIssuer(address, kind, signal);
      }
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
  };
}

function isPortal(address: string): boolean {
  try {
    parseStartUrl(address);
    return true;
  } catch {
    return false;
  }
}

function neither({ message, cause }: KeyfobError): KeyfobError {
  return new KeyfobError('invalid_start_url', message, {
    hint: 'Give the AWS access portal, as https://acme.awsapps.com/start, or the issuer of an OpenID provider as it is documented, often with a realm or tenant in its path.',
    cause,
  });
}
