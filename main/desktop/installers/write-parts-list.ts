import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedParts } from './shipped-parts.ts';

/** Writes what an installed Keyfob is made of, as CycloneDX (an SBOM), into dist/packages: `npm run sbom`. */

const root = join(import.meta.dirname, '../../..');
const packages = join(root, 'dist/packages');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const command = [
  'sbom',
  '--sbom-format=cyclonedx',
  '--sbom-type=application',
  '--package-lock-only',
];
const all = execFileSync('npm', command, {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
  stdio: ['ignore', 'pipe', 'inherit'],
  shell: process.platform === 'win32',
});
mkdirSync(packages, { recursive: true });
const file = join(packages, `keyfob-${version}.cdx.json`);
writeFileSync(file, `${JSON.stringify(shippedParts(JSON.parse(all)), null, 2)}\n`);
