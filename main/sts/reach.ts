import { createOidcClient, type OidcClient } from '../identity-center/oidc-client.ts';
import type { Ports } from '../ports.ts';
import { createServerClock, createUpstream } from '../upstream.ts';
import { createStsClient, type StsClient } from './sts-client.ts';

/** The way to STS in one region. */
export interface StsPlace {
  readonly client: StsClient;
  /** STS's time, epoch milliseconds. */
  now(): number;
}

/** Finds the way to STS in a region, the same one each time. */
export type StsReach = (region: string) => StsPlace;

/** Creates the ways to STS, none of which is gone before it is asked for. */
export function createStsReach(ports: Ports): StsReach {
  return perRegion((region) => {
    const { upstream, serverClock } = wayOut(ports);
    const client = createStsClient({ region, ports, upstream, serverClock });
    return { client, now: () => serverClock.now() };
  });
}

/** The way to the OIDC service of IAM Identity Center in one region, for CreateTokenWithIAM. */
export interface IamTokenPlace {
  readonly client: OidcClient;
  /** Its time, epoch milliseconds. */
  now(): number;
}

/** Finds the way to the OIDC service in a region, the same one each time. */
export type IamTokenReach = (region: string) => IamTokenPlace;

/** Creates the ways to the OIDC service. */
export function createIamTokenReach(ports: Ports): IamTokenReach {
  return perRegion((region) => {
    const { upstream, serverClock } = wayOut(ports);
    const client = createOidcClient({ region, env: ports.env, upstream, serverClock });
    return { client, now: () => serverClock.now() };
  });
}

function wayOut({ fetch, clock, random, log }: Ports) {
  const serverClock = createServerClock(clock);
  return { serverClock, upstream: createUpstream({ fetch, clock, random, log, serverClock }) };
}

function perRegion<T>(create: (region: string) => T): (region: string) => T {
  const known = new Map<string, T>();
  return (region) => {
    const present = known.get(region);
    if (present !== undefined) return present;
    const created = create(region);
    known.set(region, created);
    return created;
  };
}
