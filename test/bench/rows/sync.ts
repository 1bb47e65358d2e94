import { minimumMs } from '../../simulator/limiter.ts';
import type { BenchOptions, Row } from '../row.ts';
import { type SimulatorProcess, setBenchStage } from '../stage.ts';

const portalLimit = { perSecond: 20, burst: 20 };
const rolesPerAccount = 3;

/** A whole catalogue through a portal that answers 429 to whoever asks too often. */
export async function syncRow({ quick }: BenchOptions): Promise<Row> {
  const awsAccounts = quick ? 100 : 500;
  const stage = await setBenchStage(
    [
      `accounts=${awsAccounts}`,
      `rolesPerAccount=${rolesPerAccount}`,
      `portalLimit=${JSON.stringify(portalLimit)}`,
    ],
    false,
  );
  try {
    // The sign-in has begun the sync already; this joins it.
    const { catalogue } = await stage.helper.call('accounts.sync', { connection: 'acme' });
    const endedAt = Date.now();
    const { beganAt, served, refused } = await portalRequests(stage.simulator);
    const tookMs = endedAt - beganAt;
    const least = minimumMs(served, portalLimit);
    const ratio = tookMs / least;
    const whole = catalogue.accounts === awsAccounts * rolesPerAccount;
    return {
      what: `catalogue sync, ${awsAccounts} AWS accounts × ${rolesPerAccount} roles, portal limited to ${portalLimit.perSecond} requests/s`,
      bar: "≤ 1.15 × the limiter's own minimum, no failure",
      value: `${ratio.toFixed(2)} ×; ${catalogue.error === undefined && whole ? 'no failure' : 'FAILED'}`,
      met: ratio <= 1.15 && whole && catalogue.error === undefined,
      noise: [
        `${(tookMs / 1000).toFixed(1)} s for ${served} requests, at least ${(least / 1000).toFixed(1)} s; ${refused} refused with 429`,
      ],
    };
  } finally {
    await stage.end();
  }
}

interface Recorded {
  readonly requests: readonly {
    readonly operation: string;
    readonly status: number;
    readonly at: number;
  }[];
}

/** When the first request of the sync came, and how many were let through and refused. */
async function portalRequests(simulator: SimulatorProcess) {
  const { requests } = await simulator.control<Recorded>('requests');
  const lists = requests.filter(({ operation }) => operation.startsWith('ListAccount'));
  const refused = lists.filter(({ status }) => status === 429).length;
  const beganAt = Math.min(...lists.map(({ at }) => at));
  return { beganAt, served: lists.length - refused, refused };
}
