import { z } from 'zod';
import { createJsonDocument, type JsonDocument } from '../json-document.ts';
import type { Ports } from '../ports.ts';
import { noteProblem, type StateStore } from '../state.ts';

const time = z.iso.datetime();

const fileSchema = z.object({
  version: z.literal(1),
  grants: z.array(
    z.object({
      id: z.string().min(1),
      label: z.string(),
      accounts: z.array(z.string()),
      createdAt: time,
      expiresAt: time,
      lastUsedAt: time.optional(),
      /** SHA-256 of the token, which is nowhere. */
      tokenHash: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
export type GrantsContent = z.infer<typeof fileSchema>;

/** Binds `grants.json`. A damaged one is set aside: then no grant holds, and the problem shows. */
export function grantsFile(
  { files, clock }: Pick<Ports, 'files' | 'clock'>,
  state: StateStore,
): JsonDocument<GrantsContent> {
  return createJsonDocument({
    files,
    name: 'grants.json',
    schema: fileSchema,
    empty: { version: 1, grants: [] },
    onDamaged: (error) => noteProblem(state, clock, error),
  });
}
