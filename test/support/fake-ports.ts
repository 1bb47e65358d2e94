/**
 * Ports without an outside world, for unit tests:
 *
 *     const ports = createFakePorts({ env: { AWS_ENDPOINT_URL_SSO: 'https://portal.test' } });
 *     ports.fetch.on('https://portal.test/', jsonResponse({ accountList: [] }));
 *     const answer = subject(ports);
 *     await ports.clock.advance(5_000);
 *     expect(ports.notifier.notices).toEqual([]);
 *
 * A test that ends with a request that nothing expected fails.
 */
import { onTestFinished } from 'vitest';
import type {
  Browser,
  Clipboard,
  Log,
  LogLevel,
  Notice,
  Notifier,
  Ports,
  Random,
  Sockets,
  Wake,
} from '../../main/ports.ts';
import { createFakeAwsFiles, type FakeAwsFiles } from './fake-aws-files.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createFakeFetch, type FakeFetch } from './fake-fetch.ts';
import { createFakeJournals, type FakeJournals } from './fake-journals.ts';
import {
  createFakeFiles,
  createFakeSecrets,
  type FakeFiles,
  type FakeSecrets,
} from './fake-storage.ts';

export { settle } from './fake-clock.ts';
export { jsonResponse } from './fake-fetch.ts';

export interface FakeBrowser extends Browser {
  available: boolean;
  /** The URLs opened, in order. */
  readonly opened: string[];
  /** The command that each was to be opened with. */
  readonly commands: (string | undefined)[];
  /** Runs on each URL, in place of a person; what it throws is what `open` rejects with. */
  onOpen: (url: string) => void | Promise<void>;
}

export interface FakeNotifier extends Notifier {
  readonly notices: Notice[];
}

export interface LogEntry {
  readonly level: LogLevel;
  readonly event: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface FakeLog extends Log {
  readonly entries: LogEntry[];
}

export interface FakeClipboard extends Clipboard {
  readonly written: { readonly text: string; readonly kind: 'plain' | 'secret' }[];
}

export interface FakeWake extends Wake {
  /** As if the lid had been opened. */
  wake(): void;
  readonly listeners: number;
}

export interface FakePorts extends Ports {
  readonly clock: FakeClock;
  readonly fetch: FakeFetch;
  readonly secrets: FakeSecrets;
  readonly files: FakeFiles;
  readonly journals: FakeJournals;
  readonly browser: FakeBrowser;
  readonly notifier: FakeNotifier;
  readonly log: FakeLog;
  readonly wake: FakeWake;
  readonly clipboard: FakeClipboard;
  /** What `~/.aws/config` holds. */
  awsConfig: string | null;
  readonly awsFiles: FakeAwsFiles;
  readonly env: Record<string, string | undefined>;
}

export interface FakePortsOptions {
  readonly startMs?: number;
  readonly seed?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** From an earlier helper, for tests of a restart. */
  readonly secrets?: FakeSecrets;
  readonly files?: FakeFiles;
  readonly journals?: FakeJournals;
}

export function createFakePorts(options: FakePortsOptions = {}): FakePorts {
  const fetch = createFakeFetch();
  failOnUnexpected(fetch);
  const journals = options.journals ?? createFakeJournals();
  let awsFiles: FakeAwsFiles | undefined;
  const ports: FakePorts = {
    clock: createFakeClock(options.startMs),
    fetch,
    secrets: options.secrets ?? createFakeSecrets(),
    files: options.files ?? createFakeFiles(),
    journals,
    openJournal: journals.open,
    browser: createFakeBrowser(),
    notifier: createFakeNotifier(),
    log: createFakeLog(),
    random: createSeededRandom(options.seed),
    wake: createFakeWake(),
    sockets: createFakeSockets(),
    inspect: async () => [],
    awsConfig: null,
    readAwsConfig: async () => ports.awsConfig,
    get awsFiles() {
      awsFiles ??= createFakeAwsFiles(ports);
      return awsFiles;
    },
    clipboard: createFakeClipboard(),
    env: { ...options.env },
  };
  return ports;
}

export function createFakeClipboard(): FakeClipboard {
  const written: FakeClipboard['written'] = [];
  return { written, write: async (text, kind) => void written.push({ text, kind }) };
}

export function createFakeBrowser(): FakeBrowser {
  const opened: string[] = [];
  const commands: (string | undefined)[] = [];
  const browser: FakeBrowser = {
    available: true,
    opened,
    commands,
    onOpen: () => undefined,
    async open(url, command) {
      opened.push(url);
      commands.push(command);
      await browser.onOpen(url);
    },
  };
  return browser;
}

export function createFakeNotifier(): FakeNotifier {
  const notices: Notice[] = [];
  return { notices, notify: (notice) => void notices.push(notice) };
}

export function createFakeLog(): FakeLog {
  const entries: LogEntry[] = [];
  const log: Log = (level, event, facts = {}) => void entries.push({ level, event, facts });
  return Object.assign(log, { entries });
}

export function createFakeWake(): FakeWake {
  const listeners = new Set<() => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    wake() {
      for (const listener of [...listeners]) listener();
    },
    get listeners() {
      return listeners.size;
    },
  };
}

/** Sockets without a file system: nobody else is there to claim one. */
export function createFakeSockets(): Sockets {
  return {
    async claim(path, claim) {
      if (await claim.inUse(path)) return null;
      await claim.listen(path);
      return async () => undefined;
    },
    checkPlace: async () => undefined,
    isRunning: () => false,
  };
}

/** The same numbers for the same seed: mulberry32, which is anything but secret. */
export function createSeededRandom(seed = 1): Random {
  let state = seed >>> 0;
  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    fraction,
    bytes: (length) => Uint8Array.from({ length }, () => Math.floor(fraction() * 256)),
  };
}

function failOnUnexpected(fetch: FakeFetch): void {
  const check = () => {
    if (fetch.unexpected.length === 0) return;
    const lines = fetch.unexpected.map(({ method, url }) => `${method} ${url}`);
    throw new Error(`Requests that nothing expected:\n${lines.join('\n')}`);
  };
  try {
    onTestFinished(check);
  } catch {
    // Made outside of a test, where nobody can be told at the end.
  }
}
