import type { z } from 'zod';
import { KeyfobError } from '../shared/errors.ts';
import type { Files } from './ports.ts';

/** One of Keyfob's JSON files: validated on read, replaced whole on write. */
export interface JsonDocument<T> {
  /**
   * The content, or `empty` where there is no file. A damaged file is set aside and reported, then
   * counts as absent: it is never overwritten.
   */
  read(): Promise<T>;
  /** Writes after all earlier writes. Rejects with the Files port's codes; the old content stays. */
  write(value: T): Promise<void>;
  remove(): Promise<void>;
}

export interface JsonDocumentOptions<T> {
  readonly files: Files;
  readonly name: string;
  /** Should hold a `version` literal, so that a later format is told from damage. */
  readonly schema: z.ZodType<T>;
  readonly empty: T;
  /** Told of a `file_damaged`, which names the file set aside. */
  readonly onDamaged: (error: KeyfobError) => void;
}

/** Binds a file name to its schema. */
export function createJsonDocument<T>(options: JsonDocumentOptions<T>): JsonDocument<T> {
  const { files, name, schema, empty, onDamaged } = options;
  let last: Promise<unknown> = Promise.resolve();

  function queued<R>(task: () => Promise<R>): Promise<R> {
    const next = last.then(task, task);
    last = next.catch(() => undefined);
    return next;
  }

  async function readNow(): Promise<T> {
    const text = await files.read(name);
    if (text === null) return empty;
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    const aside = await files.setAside(name);
    onDamaged(
      new KeyfobError('file_damaged', `${name} could not be read as Keyfob's own format.`, {
        hint: `It was moved to ${aside}, and Keyfob went on without it. Mend it and move it back, or delete it.`,
        details: { file: name, movedTo: aside },
        cause: parsed.error,
      }),
    );
    return empty;
  }

  return {
    read: () => queued(readNow),
    write: (value) => queued(() => files.write(name, `${JSON.stringify(value)}\n`)),
    remove: () => queued(() => files.remove(name)),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
