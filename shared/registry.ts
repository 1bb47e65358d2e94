import { z } from 'zod';

/** A host with its port, as tools name it: `registry.example.com`, `127.0.0.1:5000`. */
export const hostSchema = z
  .string()
  .max(261)
  .regex(
    /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/,
    'Expected a host, with its port where it has one of its own',
  );

/** A registry whose passwords Docker gets from here. */
export const registrySchema = z.strictObject({
  host: hostSchema,
  /** The account's id. */
  account: z.string(),
  /** What the registry wants to hear as the user's name; ECR has its own. */
  username: z.string().min(1).max(256).exactOptional(),
  /** The helper that Docker asked before, which it asks again when Keyfob's is removed. */
  helperBefore: z.string().min(1).max(256).exactOptional(),
});
export type Registry = z.infer<typeof registrySchema>;
