import { z } from 'zod';
import { connectionNameSchema } from '../model.ts';

/** Who may call a command: clients on the private socket, or our own window. */
export type Caller = 'socket' | 'window';

export interface CommandSpec<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly input: I;
  readonly output: O;
  readonly callers: readonly Caller[];
}

export const everyone = ['socket', 'window'] as const;
export const onlySocket = ['socket'] as const;
export const onlyWindow = ['window'] as const;
export const none = z.strictObject({});
export const byConnection = z.strictObject({ connection: connectionNameSchema });
export const byAccount = z.strictObject({ account: z.string().min(1).max(512) });
/** Absent: the active account. */
export const perhapsAccount = byAccount.partial();
