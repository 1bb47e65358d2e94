import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type BenchOptions, type Row, rowText } from './row.ts';
import { commandRow, curlRow } from './rows/command.ts';
import { configSyncRow } from './rows/config.ts';
import { helperRows } from './rows/helper.ts';
import { containerRow, requestsRow } from './rows/requests.ts';
import { stormRow } from './rows/storm.ts';
import { syncRow } from './rows/sync.ts';
import { bundleRow, windowRows } from './rows/window.ts';
import { keyfob, setBenchStage } from './stage.ts';

/**
 * `npm run bench`: what must be fast, each as a ratio or against a bar, taken in one run. With
 * `--quick`, fewer repeats and smaller sizes. Says which bars are missed; that is no failure.
 */

const options: BenchOptions = { quick: process.argv.includes('--quick') };
const rows: Row[] = [];

function report(row: Row): void {
  rows.push(row);
  process.stdout.write(`${rowText(row)}\n`);
}

if (!existsSync(keyfob)) throw new Error('dist/keyfob is missing: run `npm run build`');
process.stdout.write(
  `Keyfob bench${options.quick ? ', quick' : ''}: ${availableParallelism()} cores, ${process.platform}, Node ${process.versions.node}.\nSpreads are min / median / p95.\n\n`,
);

const stage = await setBenchStage([
  'accounts=5',
  'rolesPerAccount=2',
  // The access token outlives every storm; only role credentials expire.
  'lifetimes.accessSeconds=604800',
]);
try {
  report(commandRow(stage, options));
  report(curlRow(stage, options));
  report(await requestsRow(stage, options));
  report(await containerRow(stage, options));
  report(await stormRow(stage, options));
} finally {
  await stage.end();
}
for (const row of await helperRows(options)) report(row);
report(await syncRow(options));
report(await configSyncRow(options));
report(bundleRow());
for (const row of await windowRows(options)) report(row);

const missed = rows.filter(({ met }) => met === false);
process.stdout.write(
  missed.length === 0
    ? 'Every bar that was measured is met.\n'
    : `Missed: ${missed.map(({ what }) => what).join('; ')}.\n`,
);
