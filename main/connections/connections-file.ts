import { z } from 'zod';
import { type ConnectionSettings, connectionSettingsSchema } from '../../shared/model.ts';
import { createJsonDocument } from '../json-document.ts';
import type { Ports } from '../ports.ts';
import { noteProblem, type StateStore } from '../state.ts';

/** connections.json: the settings of every connection, and no secret. */
export interface ConnectionsFile {
  read(): Promise<readonly ConnectionSettings[]>;
  write(connections: readonly ConnectionSettings[]): Promise<void>;
}

const fileSchema = z.object({
  version: z.literal(1),
  connections: z
    .array(connectionSettingsSchema)
    .refine(
      (all) => new Set(all.map(({ name }) => name.toLowerCase())).size === all.length,
      'Expected no two names that differ in case alone',
    ),
});

/** Binds the file to its schema; damage becomes one of the state's problems. */
export function openConnectionsFile(ports: Ports, state: StateStore): ConnectionsFile {
  const document = createJsonDocument({
    files: ports.files,
    name: 'connections.json',
    schema: fileSchema,
    empty: { version: 1, connections: [] },
    onDamaged(error) {
      ports.log('error', 'connections_damaged');
      noteProblem(state, ports.clock, error);
    },
  });
  return {
    read: async () => (await document.read()).connections,
    write: (connections) => document.write({ version: 1, connections: [...connections] }),
  };
}
