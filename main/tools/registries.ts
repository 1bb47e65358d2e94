import { z } from 'zod';
import { KeyfobError } from '../../shared/errors.ts';
import { type Registry, registrySchema } from '../../shared/registry.ts';
import { createJsonDocument } from '../json-document.ts';
import type { Ports } from '../ports.ts';
import { createTurns } from '../turns.ts';

/** Which account answers for which registry, kept in `registries.json`. Hosts are in lower case. */
export interface Registries {
  /** Rejects with `file_unreadable`. */
  list(): Promise<readonly Registry[]>;
  /** Rejects with `not_found`. */
  find(host: string): Promise<Registry>;
  /** Replaces what there was for the host. Rejects with the Files port's codes. */
  set(registry: Registry): Promise<Registry>;
  /** Rejects with `not_found`, and the Files port's codes. */
  remove(host: string): Promise<void>;
}

const fileSchema = z.object({ version: z.literal(1), registries: z.array(registrySchema) });

/** @param onDamaged told of a file that had to be set aside */
export function createRegistries(
  { files }: Pick<Ports, 'files'>,
  onDamaged: (error: KeyfobError) => void,
): Registries {
  const document = createJsonDocument({
    files,
    name: 'registries.json',
    schema: fileSchema,
    empty: { version: 1, registries: [] },
    onDamaged,
  });
  const turns = createTurns();
  let known: readonly Registry[] | undefined;

  async function list(): Promise<readonly Registry[]> {
    known ??= (await document.read()).registries;
    return known;
  }

  async function write(registries: readonly Registry[]): Promise<void> {
    await document.write({ version: 1, registries: [...registries] });
    known = registries;
  }

  async function find(host: string): Promise<Registry> {
    const found = (await list()).find((registry) => registry.host === host.toLowerCase());
    if (found !== undefined) return found;
    throw new KeyfobError('not_found', `No account answers for the registry ${host}.`, {
      hint: `Choose one with \`keyfob docker install ${host} ACCOUNT\`.`,
    });
  }

  return {
    list,
    find,
    set: (wanted) =>
      turns.run(async () => {
        const registry = { ...wanted, host: wanted.host.toLowerCase() };
        const others = (await list()).filter(({ host }) => host !== registry.host);
        await write([...others, registry]);
        return registry;
      }),
    remove: (host) =>
      turns.run(async () => {
        const found = await find(host);
        await write((await list()).filter((registry) => registry !== found));
      }),
  };
}
