import { z } from 'zod';

export const checkSchema = z.object({
  id: z.string(),
  status: z.enum(['ok', 'warning', 'failure']),
  message: z.string(),
  hint: z.string().optional(),
});
/** One finding of `doctor`. */
export type Check = z.infer<typeof checkSchema>;
