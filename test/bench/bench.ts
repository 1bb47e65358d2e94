import { existsSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { readBenchOptions } from './options.ts';
import { type BenchOptions, type Row, rowText } from './row.ts';
import { commandRow, curlRow } from './rows/command.ts';
import { configSyncRow } from './rows/config.ts';
import { execRow } from './rows/exec.ts';
import { helperRows } from './rows/helper.ts';
import { containerRow, requestsRow } from './rows/requests.ts';
import { ssoRow } from './rows/sso.ts';
import { stormRow } from './rows/storm.ts';
import { syncRow } from './rows/sync.ts';
import { tokenRows } from './rows/token.ts';
import { bundleRow, windowRows } from './rows/window.ts';
import { type BenchStage, keyfob, setBenchStage } from './stage.ts';

/**
 * `npm run bench`: what must be fast, each as a ratio or against a bar, taken in one run. With
 * `-- --quick`, fewer repeats and smaller sizes; with `-- --only token,exec`, these rows alone.
 * Says which bars are missed; that is no failure.
 */

type Results = Row | readonly Row[];

/** Rows about one and the same helper. */
const onStage: Record<
  string,
  (stage: BenchStage, options: BenchOptions) => Results | Promise<Results>
> = {
  command: commandRow,
  curl: curlRow,
  token: tokenRows,
  exec: execRow,
  sso: ssoRow,
  requests: requestsRow,
  container: containerRow,
  storm: stormRow,
};

/** Rows that set up what they need. */
const alone: Record<string, (options: BenchOptions) => Results | Promise<Results>> = {
  helper: helperRows,
  sync: syncRow,
  config: configSyncRow,
  bundle: bundleRow,
  window: windowRows,
};

const known = [...Object.keys(onStage), ...Object.keys(alone)];
const options = readBenchOptions(process.argv.slice(2), known);
const rows: Row[] = [];

function report(results: Results): void {
  for (const row of [results].flat()) {
    rows.push(row);
    process.stdout.write(`${rowText(row)}\n`);
  }
}

if (!existsSync(keyfob)) throw new Error('dist/keyfob is missing: run `npm run build`');
const load = loadavg().map((value) => value.toFixed(1));
process.stdout.write(
  `Keyfob bench${options.quick ? ', quick' : ''}: ${availableParallelism()} cores, load ${load.join(' ')}, ${process.platform}, Node ${process.versions.node}.\nSpreads are min / median / p95.\n\n`,
);

const forStage = options.groups.filter((group) => group in onStage);
if (forStage.length > 0) {
  const stage = await setBenchStage([
    'accounts=5',
    'rolesPerAccount=2',
    // The access token outlives every storm; only role credentials expire.
    'lifetimes.accessSeconds=604800',
  ]);
  try {
    for (const group of forStage) report((await onStage[group]?.(stage, options)) ?? []);
  } finally {
    await stage.end();
  }
}
for (const group of options.groups) report((await alone[group]?.(options)) ?? []);

const missed = rows.filter(({ met }) => met === false);
process.stdout.write(
  missed.length === 0
    ? 'Every bar that was measured is met.\n'
    : `Missed: ${missed.map(({ what }) => what).join('; ')}.\n`,
);
