import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { joinUpdateFiles } from './update-files.ts';

/**
 * `node collect-release.ts FROM TO`: puts what several machines have made, a folder each in FROM,
 * into the one folder TO, and writes their SHA-256 sums beside them.
 */

const [from = '', to = ''] = process.argv.slice(2);
mkdirSync(to, { recursive: true });
const made = readdirSync(from, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .toSorted();

for (const [name, paths] of Map.groupBy(made, (path) => basename(path))) {
  const [path = ''] = paths;
  if (paths.length === 1) copyFileSync(path, join(to, name));
  else
    writeFileSync(join(to, name), joinUpdateFiles(paths.map((one) => readFileSync(one, 'utf8'))));
}

const sums = readdirSync(to)
  .toSorted()
  .map((name) => {
    const sum = createHash('sha256')
      .update(readFileSync(join(to, name)))
      .digest('hex');
    return `${sum}  ${name}\n`;
  });
writeFileSync(join(to, 'SHA256SUMS'), sums.join(''));
