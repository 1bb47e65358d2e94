import { KeyfobError } from '../../../shared/errors.ts';
import { textDiff } from '../../../shared/text-diff.ts';
import {
  backupOf,
  dropBackup,
  type FileEdit,
  readBackup,
  readEditedFile,
  writeEditedFile,
} from '../../platform/edited-file.ts';
import type { CliContext } from '../context.ts';
import { printable } from '../printable.ts';
import { hideSecrets } from './hide-secrets.ts';

/** Edits of other tools' files, as `install` and `remove` of kube, git and docker make them. */

/** Makes a file's new text of its old one; null: there is no file. May be asynchronous. */
export type Change = (text: string | null) => string | null | Promise<string | null>;

export interface EditOptions {
  /** Writes without asking. */
  readonly yes: boolean;
}

/**
 * Shows what `change` makes of the file, asks, and does it, keeping the earlier text beside it.
 * Returns false where nothing was to change. Rejects with `refused` where the person says no or
 * nobody can be asked, and as `readEditedFile` and `writeEditedFile`.
 */
export async function installInto(
  path: string,
  change: Change,
  context: CliContext,
  options: EditOptions,
): Promise<boolean> {
  const before = await readEditedFile(path);
  const edit = { path, before, after: await change(before) };
  if (edit.after === before) return false;
  await permit(edit, context, options);
  await writeEditedFile(edit, { backup: true });
  if (before !== null) context.err(`The text from before is in ${printable(backupOf(path))}.\n`);
  return true;
}

/**
 * Takes an installation back. Where nothing else has changed since, the file is what it was before
 * to the letter: `install` done to the kept text gives the present one. Else `remove` takes out
 * what is ours and leaves the rest.
 */
export async function removeFrom(
  path: string,
  changes: { readonly install: Change; readonly remove: Change },
  context: CliContext,
  options: EditOptions,
): Promise<boolean> {
  const before = await readEditedFile(path);
  if (before === null) return false;
  const removed = await changes.remove(before);
  if (removed === before) return false;
  const kept = await readBackup(path);
  const undone = (await attempt(changes.install, kept)) === before;
  const edit = { path, before, after: undone ? kept : removed };
  await permit(edit, context, options);
  await writeEditedFile(edit, { backup: false });
  if (undone) await dropBackup(path);
  return true;
}

/** A text that the change can't be done to is not the one from before. */
async function attempt(install: Change, text: string | null): Promise<string | null | undefined> {
  try {
    return await install(text);
  } catch (error) {
    if (error instanceof KeyfobError) return undefined;
    throw error;
  }
}

async function permit(edit: FileEdit, context: CliContext, { yes }: EditOptions): Promise<void> {
  context.err(editText(edit, context));
  if (yes) return;
  const answer = await context.confirm('Write this?');
  if (answer === true) return;
  throw new KeyfobError('refused', `${edit.path} was left as it is.`, {
    hint:
      answer === undefined
        ? 'There is no terminal to ask on. Say yes beforehand with --yes.'
        : 'Run the command again to be asked again.',
  });
}

/** The edit as a person sees it: secrets of the file that happen to be near are left out. */
export function editText(edit: FileEdit, { errStyle }: Pick<CliContext, 'errStyle'>): string {
  const { path, before, after } = edit;
  const head = [
    `--- ${before === null ? '(no file yet)' : printable(path)}`,
    `+++ ${after === null ? '(no file any more)' : printable(path)}`,
  ];
  const lines = textDiff(hideSecrets(before), hideSecrets(after)).split('\n').slice(0, -1);
  const coloured = lines.map((line) => {
    const text = `${line.slice(0, 1)}${printable(line.slice(1))}`;
    if (line.startsWith('+')) return errStyle.good(text);
    return line.startsWith('-') ? errStyle.bad(text) : text;
  });
  return `${[...head, ...coloured].join('\n')}\n`;
}
