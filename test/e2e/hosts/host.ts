import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { CommandInput, CommandName, CommandOutput } from '../../../shared/commands.ts';
import { type ErrorInfo, KeyfobError } from '../../../shared/errors.ts';
import type { State } from '../../../shared/model.ts';
import { exchange } from '../../support/helper-process.ts';

export type HostKind = 'double' | 'electron';

/** Keyfob with its window open, whatever shows the window. */
export interface Host {
  readonly kind: HostKind;
  readonly page: Page;
  /** What the page complained about: errors, and whatever its policy refused. */
  readonly complaints: readonly string[];
  /** The helper's socket, which local programs use. */
  readonly socket: string;
  /** Where this helper keeps its files. */
  readonly home: string;
  /** Runs a command as a local program does. Rejects with its KeyfobError. */
  call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>>;
  state(): Promise<State>;
  /**
   * The address that Keyfob opened in the person's browser, as soon as there is one; each is
   * returned once, oldest first.
   */
  openedUrl(): Promise<string>;
  /** What the clipboard holds. */
  clipboard(): Promise<string>;
  /** The notifications shown so far, by kind; undefined where the system alone knows. */
  readonly notices: readonly string[] | undefined;
  /** Answers the system's own dialogs from now on; before that each is cancelled. */
  answerDialogs(yes: boolean): Promise<void>;
  /** Lets time pass for the helper: the double's clock is moved, Electron's is waited for. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Makes a folder for Keyfob with files in it, by their names. */
export function makeHome(files: Files): string {
  const home = mkdtempSync(join(tmpdir(), 'keyfob-e2e-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(home, name), content);
  return home;
}

/** What lies in Keyfob's folder before it starts; `aws-config` is the person's AWS config. */
export type Files = Readonly<Record<string, string>>;

/** The part of a host that needs the socket alone. */
export function overSocket(socket: string): Pick<Host, 'call' | 'state'> {
  async function call<N extends CommandName>(
    name: N,
    input: CommandInput<N>,
  ): Promise<CommandOutput<N>> {
    const path = `/v1/commands/${name}`;
    const { body } = await exchange(socket, 'POST', path, JSON.stringify(input));
    const result = JSON.parse(body) as
      | { ok: true; value: CommandOutput<N> }
      | { ok: false; error: ErrorInfo };
    if (!result.ok) throw KeyfobError.fromInfo(result.error);
    return result.value;
  }
  return { call, state: () => call('state', {}) };
}

/** Gathers what a page complains about from now on. */
export function listenToComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return complaints;
}
