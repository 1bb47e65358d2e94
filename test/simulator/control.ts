import { z } from 'zod';
import { faultSchema } from './faults.ts';
import { json, type Reply, type SimRequest } from './http.ts';
import type { Simulator } from './simulator.ts';
import { changeSwitches, switchChangesSchema } from './switches.ts';

/**
 * `/_sim/…`: the same controls for other processes. Input and output are JSON.
 *
 * | Request | Does |
 * |---|---|
 * | GET switches, POST switches | shows them; changes those given |
 * | GET requests, DELETE requests | the record and the counts per operation; forgets it |
 * | POST faults, DELETE faults | `{operation, fault, times?}` injects one; removes all |
 * | GET devices | the pending user codes |
 * | POST approve, POST deny | `{user_code?}` decides one device sign-in, or all |
 * | POST mfa | `{serial}`: the present code of that MFA device |
 * | POST issuers | `{issuer, audiences, keys}`: an identity provider that IAM is to know |
 * | POST clock | `{advanceSeconds}` moves the server's time |
 * | POST end-sessions, POST forget-clients | as an administrator would |
 * | POST refuse, POST accept | `{service, forMs?}` closes or opens a service's port |
 * | GET secrets | every secret that was handed out, to search for |
 */
export async function control(
  simulator: Simulator,
  request: SimRequest,
): Promise<Reply | undefined> {
  if (!request.path.startsWith('/_sim/')) return undefined;
  const action = actions[`${request.method} ${request.path.slice('/_sim/'.length)}`];
  if (action === undefined) {
    return json(404, { message: 'Unknown control', known: Object.keys(actions) });
  }
  try {
    const input: unknown = request.body === '' ? {} : JSON.parse(request.body);
    return json(200, (await action(simulator, input)) ?? {});
  } catch (error) {
    return json(400, { message: error instanceof Error ? error.message : String(error) });
  }
}

const decisionSchema = z.strictObject({ user_code: z.string().optional() });
const service = z.enum(['oidc', 'portal', 'sts']);

const actions: Record<string, (simulator: Simulator, input: unknown) => unknown> = {
  'GET switches': (simulator) => simulator.switches,
  'POST switches'(simulator, input) {
    changeSwitches(simulator.switches, switchChangesSchema.parse(input));
    return simulator.switches;
  },
  'GET requests': ({ journal }) => ({ counts: journal.counts(), requests: journal.entries }),
  'DELETE requests': ({ journal }) => journal.clear(),
  'POST faults'(simulator, input) {
    const { operation, fault, times } = z
      .strictObject({
        operation: z.string(),
        fault: faultSchema,
        times: z.number().int().positive().optional(),
      })
      .parse(input);
    simulator.faults.inject(operation, fault, times);
  },
  'DELETE faults': ({ faults }) => faults.clear(),
  'GET devices': (simulator) => ({ userCodes: simulator.pendingUserCodes() }),
  'POST approve': (simulator, input) => ({
    decided: simulator.approve(decisionSchema.parse(input).user_code),
  }),
  'POST deny': (simulator, input) => ({
    decided: simulator.deny(decisionSchema.parse(input).user_code),
  }),
  'POST mfa': (simulator, input) => ({
    code: simulator.mfaCode(z.strictObject({ serial: z.string() }).parse(input).serial),
  }),
  'POST issuers': (simulator, input) =>
    simulator.registerIssuer(
      z
        .strictObject({
          issuer: z.string(),
          audiences: z.array(z.string()),
          keys: z.array(z.record(z.string(), z.unknown())).nullable(),
        })
        .parse(input),
    ),
  'POST clock'(simulator, input) {
    simulator.advance(
      z.strictObject({ advanceSeconds: z.number() }).parse(input).advanceSeconds * 1000,
    );
    return { now: simulator.now() };
  },
  'POST end-sessions': (simulator) => simulator.endSessions(),
  'POST forget-clients': (simulator) => simulator.forgetClients(),
  async 'POST refuse'(simulator, input) {
    const { service: name, forMs } = z
      .strictObject({ service, forMs: z.number().positive().optional() })
      .parse(input);
    // After this answer is out, which may well travel through the port that closes.
    setTimeout(() => void simulator.refuse(name), 20).unref();
    if (forMs !== undefined) setTimeout(() => void simulator.accept(name), 20 + forMs).unref();
  },
  'POST accept': (simulator, input) =>
    simulator.accept(z.strictObject({ service }).parse(input).service),
  'GET secrets': (simulator) => ({ secrets: simulator.secrets() }),
};
