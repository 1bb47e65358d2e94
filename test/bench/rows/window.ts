import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from '@playwright/test';
import { openDouble } from '../../e2e/hosts/double.ts';
import type { Host } from '../../e2e/hosts/host.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { chromiumArgs, chromiumPath } from '../../support/chromium.ts';
import { spreadOf, spreadText } from '../measure.ts';
import { residentMiB } from '../process-use.ts';
import type { BenchOptions, Row } from '../row.ts';
import { setBenchStage } from '../stage.ts';

const renderer = join(import.meta.dirname, '../../../dist/renderer');
const awsAccounts = 500;
const rolesPerAccount = 10;

/** What the window's page weighs on its way into the page. */
export function bundleRow(): Row {
  const files = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(html|js|css)$/.test(name))
    .map((name) => ({ name, kB: gzipSync(readFileSync(join(renderer, name))).length / 1000 }));
  const all = files.reduce((sum, { kB }) => sum + kB, 0);
  return {
    what: 'renderer bundle, gzip',
    bar: '≤ 250 kB',
    value: `${all.toFixed(1)} kB`,
    met: all <= 250,
    noise: [files.map(({ name, kB }) => `${name} ${kB.toFixed(1)}`).join(', ')],
  };
}

/**
 * The window with 5,000 accounts, in a Chromium that draws as soon as there is something to draw
 * rather than at the screen's next frame: what is measured is our work, not the screen's pace.
 */
export async function windowRows({ quick }: BenchOptions): Promise<Row[]> {
  const simulator = createSimulator({ switches: { accounts: awsAccounts, rolesPerAccount } });
  await simulator.start();
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [...chromiumArgs, '--disable-frame-rate-limit', '--disable-gpu-vsync'],
  });
  const context = await browser.newContext({ viewport: { width: 360, height: 568 } });
  const app = await openDouble(context, simulator.env());
  try {
    const { startUrl, region } = simulator;
    await app.call('connection.add', { kind: 'identity-center', name: 'acme', startUrl, region });
    await app.call('signIn.start', { connection: 'acme', flow: 'device', openBrowser: false });
    simulator.approve();
    await app.call('signIn.wait', { connection: 'acme' });
    await app.call('accounts.sync', { connection: 'acme' });
    await app.page.requestGC();
    await sleep(1_000);
    const memory = memoryRow(await rendererPid(browser), await helperMiB());
    const paints = await firstPaints(app, quick ? 3 : 10);
    const strokes = await keystrokes(app.page, quick ? 2 : 6);
    const bare = await (await browser.newContext()).newPage();
    await bare.setContent('<input type="search">');
    const nothing = await keystrokes(bare, quick ? 1 : 3);
    return [strokeRow(strokes, nothing), paintRow(paints), memory];
  } finally {
    await app.close();
    await browser.close();
    await simulator.stop();
  }
}

/** Milliseconds from a key to what it finds being painted, for each key. */
async function keystrokes(page: Page, rounds: number): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { strokes: times });
    window.addEventListener(
      'input',
      ({ timeStamp }) => {
        // A message posted in a frame is heard once that frame has been painted.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => times.push(performance.now() - timeStamp);
        requestAnimationFrame(() => port2.postMessage(null));
      },
      { capture: true },
    );
  });
  const field = page.getByRole('searchbox');
  await field.focus();
  for (let round = 0; round < rounds; round += 1) {
    for (const words of ['prod admin', 'sand 11', 'zzz']) {
      // A hand does not type faster; without the pause, strokes would wait for one another.
      await page.keyboard.type(words, { delay: 40 });
      for (const _ of words) await page.keyboard.press('Backspace', { delay: 20 });
    }
  }
  return await page.evaluate(() => (window as unknown as { strokes: number[] }).strokes);
}

/** Milliseconds from the page's start to its list of accounts being painted. */
async function firstPaints({ page }: Host, rounds: number): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await page.reload({ waitUntil: 'commit' });
    await page.locator('[data-row]').first().waitFor();
    const painted = await page.evaluate(() => {
      const paints = performance.getEntriesByType('paint');
      return Math.max(...paints.map(({ startTime }) => startTime));
    });
    const listed = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          requestAnimationFrame(() => resolve(performance.now()));
        }),
    );
    times.push(Math.max(painted, listed));
  }
  return times;
}

function strokeRow(times: readonly number[], nothing: readonly number[]): Row {
  const { p95 } = spreadOf(times);
  return {
    what: 'window, 5,000 accounts: keystroke in the search to painted result',
    bar: 'p95 ≤ 16 ms',
    value: `p95 ${p95.toFixed(1)} ms`,
    met: p95 <= 16,
    noise: [
      `${spreadText(times, 'ms')}; ${times.length} keystrokes`,
      `a page with a field and nothing else: ${spreadText(nothing, 'ms')}`,
    ],
  };
}

function paintRow(times: readonly number[]): Row {
  const { median } = spreadOf(times);
  return {
    what: 'window, 5,000 accounts: start of the page to its painted list',
    bar: '≤ 1,000 ms',
    value: `${median.toFixed(0)} ms`,
    met: median <= 1_000,
    noise: [
      `${spreadText(times, 'ms', 0)}; the state comes through Playwright, not Electron's IPC`,
    ],
  };
}

function memoryRow(pid: number | undefined, helperMiB: number | undefined): Row {
  const page = pid === undefined ? undefined : residentMiB(pid);
  const known = page !== undefined && helperMiB !== undefined;
  const sum = known ? page + helperMiB : undefined;
  return {
    what: 'resident memory, helper and renderer, 5,000 accounts',
    bar: '≤ 300 MiB',
    value: sum === undefined ? 'the system does not tell' : `${sum.toFixed(1)} MiB`,
    met: sum === undefined ? undefined : sum <= 300,
    noise: known
      ? [
          `helper ${helperMiB.toFixed(1)} MiB, renderer ${page.toFixed(1)} MiB, what Chromium shares included`,
        ]
      : [],
  };
}

/** What a helper of its own takes that is as the one behind the window: the same accounts, just listed. */
async function helperMiB(): Promise<number | undefined> {
  const stage = await setBenchStage([
    `accounts=${awsAccounts}`,
    `rolesPerAccount=${rolesPerAccount}`,
  ]);
  try {
    const helper = await stage.restart();
    await helper.call('accounts.list', {});
    await sleep(1_000);
    return residentMiB(helper.pid);
  } finally {
    await stage.end();
  }
}

/** The process that draws the page: of all renderers the one that has worked most. */
async function rendererPid(browser: Browser): Promise<number | undefined> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  return renderers.toSorted((a, b) => b.cpuTime - a.cpuTime)[0]?.id;
}
