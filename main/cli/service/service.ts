import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rmdir, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KeyfobError } from '../../../shared/errors.ts';
import { errnoOf, fileError } from '../../platform/file-errors.ts';
import { type ServicePlan, writtenBy } from './plan.ts';
import type { Ran } from './run.ts';

/** Carries a plan out, and takes it back. */

export type Run = (command: readonly string[]) => Promise<Ran>;

/** What becomes of a file; null: there is none. */
export interface ServiceEdit {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** `installed`: as this version would write it; `outdated`: there, but otherwise. */
export interface ServiceView {
  readonly manager: string;
  readonly state: 'installed' | 'outdated' | 'not_installed';
  readonly active: boolean;
  readonly files: readonly string[];
}

/** How the service stands. */
export async function serviceView(plan: ServicePlan, run: Run): Promise<ServiceView> {
  const found = await Promise.all(plan.files.map(({ path }) => read(path)));
  const there = found.some((text) => text?.includes(writtenBy));
  const same = plan.files.every(({ text }, n) => found[n] === text);
  const state = same ? 'installed' : there ? 'outdated' : 'not_installed';
  const active = state !== 'not_installed' && (await run(plan.isActive)).code === 0;
  return { manager: plan.manager, state, active, files: plan.files.map(({ path }) => path) };
}

/** Rejects with `service_failed` where the service manager can't be spoken to. */
export async function checkManager(plan: ServicePlan, run: Run): Promise<void> {
  const { code, said } = await run(plan.probe);
  if (code === 0) return;
  throw new KeyfobError('service_failed', `${plan.manager} can't be reached: ${said}`, {
    hint: 'Run this in your own session, on a machine that has one. Without a service every command starts the helper by itself.',
  });
}

/** What is to be written. Rejects with `file_unreadable`, and where somebody else's file is there. */
export async function installEdits(plan: ServicePlan): Promise<readonly ServiceEdit[]> {
  const edits = await Promise.all(
    plan.files.map(async ({ path, text }) => ({ path, before: await read(path), after: text })),
  );
  for (const { path, before } of edits) {
    if (before === null || before.includes(writtenBy)) continue;
    throw new KeyfobError('file_write_failed', `${path} was not written by Keyfob.`, {
      hint: 'Move it away if you no longer need it, then run this again.',
      details: { path },
    });
  }
  return edits;
}

/**
 * Writes the files and turns the service on. Where that fails, everything is as it was before the
 * first installation. Rejects with `service_failed`, `file_write_failed`, `disk_full`.
 */
export async function installService(
  plan: ServicePlan,
  edits: readonly ServiceEdit[],
  run: Run,
): Promise<void> {
  // An older one may have to be turned off in its own words.
  if (edits.some(({ before }) => before !== null))
    for (const command of plan.remove) await run(command);
  for (const { path, after } of edits) if (after !== null) await write(path, after);
  for (const command of plan.install) {
    const { code, said } = await run(command);
    if (code === 0) continue;
    await takeBack(plan, await removeEdits(plan), run);
    throw new KeyfobError('service_failed', `\`${command.join(' ')}\` failed: ${said}`, {
      hint: 'What was written has been taken back. Mend what it says, and run this again.',
    });
  }
}

/** What `remove` is going to do with the files; those of others are left alone. */
export async function removeEdits(plan: ServicePlan): Promise<readonly ServiceEdit[]> {
  const edits = await Promise.all(
    plan.files.map(async ({ path }) => ({ path, before: await read(path), after: null })),
  );
  return edits.filter(({ before }) => before?.includes(writtenBy));
}

/** Turns the service off and deletes its files. Rejects with `file_write_failed`. */
export async function takeBack(
  plan: ServicePlan,
  edits: readonly ServiceEdit[],
  run: Run,
): Promise<void> {
  // One that is off already, or was never on, says so by failing.
  for (const command of plan.remove) await run(command);
  for (const { path } of edits) {
    await unlink(path).catch((error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') throw fileError('file_write_failed', error, path, 'removed');
    });
  }
  // Only where nothing else is in it.
  for (const folder of plan.folders) await rmdir(folder).catch(() => undefined);
  for (const command of plan.afterRemove) await run(command);
}

async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw fileError('file_unreadable', error, path, 'read');
  }
}

async function write(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw fileError('file_write_failed', error, path, 'written');
  }
}
