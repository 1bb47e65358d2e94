import { z } from 'zod';

/**
 * Things that go wrong on purpose. `exception`, `status`, `reset` and `hang` come before the
 * operation: nothing happens. The others come after it: the state has changed, the answer suffers.
 */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('exception'),
    /** An exception of the service, or an STS error code. */
    name: z.string(),
    message: z.string().optional(),
    /** Further members such as `reason`. */
    members: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.number().int().min(200).max(599),
    body: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('hang') }),
  /** The answer never arrives, though the operation was done. */
  z.strictObject({ kind: z.literal('lost') }),
  /** The connection closes in the middle of the body. */
  z.strictObject({ kind: z.literal('truncated') }),
  /** Half of the body, framed as if it were whole. */
  z.strictObject({ kind: z.literal('cut') }),
  z.strictObject({ kind: z.literal('not_json') }),
  z.strictObject({ kind: z.literal('empty') }),
  /** An answer of the right form with this many bytes of padding. */
  z.strictObject({ kind: z.literal('oversized'), bytes: z.number().int().positive() }),
  z.strictObject({ kind: z.literal('redirect'), location: z.string() }),
  z.strictObject({ kind: z.literal('content_type'), value: z.string() }),
]);
export type Fault = z.infer<typeof faultSchema>;

/** What a fault can be put on. */
const operations = [
  'RegisterClient',
  'StartDeviceAuthorization',
  'CreateToken',
  'CreateTokenWithIAM',
  'Authorize',
  'DevicePage',
  'ListAccounts',
  'ListAccountRoles',
  'GetRoleCredentials',
  'Logout',
  'GetCallerIdentity',
  'AssumeRole',
  'AssumeRoleWithWebIdentity',
  '*',
];

export interface Faults {
  /** On an operation by name, or `*`; for the next `times` calls (default: for good). Throws for an unknown name. */
  inject(operation: string, fault: Fault, times?: number): () => void;
  /** Calls of an operation are noted, and not handled until the returned function is called. */
  hold(operation: string): () => void;
  /** Resolves once nobody holds this operation. */
  held(operation: string): Promise<void>;
  /** The fault for this call, which is then counted. The oldest goes first. */
  take(operation: string): Fault | undefined;
  clear(): void;
}

export function createFaults(): Faults {
  const injected = new Set<{ operation: string; fault: Fault; left: number }>();
  const gates = new Map<string, Promise<void>>();
  function check(operation: string): void {
    if (!operations.includes(operation)) throw new Error(`There is no operation ${operation}.`);
  }
  return {
    hold(operation) {
      check(operation);
      const gate = Promise.withResolvers<void>();
      gates.set(operation, gate.promise);
      return () => {
        gates.delete(operation);
        gate.resolve();
      };
    },
    held: async (operation) => await gates.get(operation),
    inject(operation, fault, times = Number.POSITIVE_INFINITY) {
      check(operation);
      const entry = { operation, fault, left: times };
      injected.add(entry);
      return () => injected.delete(entry);
    },
    take(operation) {
      for (const entry of injected) {
        if (entry.operation !== operation && entry.operation !== '*') continue;
        entry.left -= 1;
        if (entry.left <= 0) injected.delete(entry);
        return entry.fault;
      }
      return undefined;
    },
    clear: () => injected.clear(),
  };
}
