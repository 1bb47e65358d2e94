import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Searches every file under a folder. Throws, with the file's name, if one holds a secret. */
export function lookForSecrets(
  folder: string,
  secrets: readonly string[],
): { files: number; secrets: number } {
  let files = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files += 1;
    const path = join(entry.parentPath, entry.name);
    const content = readFileSync(path);
    if (secrets.some((secret) => content.includes(secret))) {
      throw new Error(`There is a secret in ${path}`);
    }
  }
  return { files, secrets: secrets.length };
}
