import { unlink } from 'node:fs/promises';
import { isKeyfobError, KeyfobError } from '../../../shared/errors.ts';
import { textDiff } from '../../../shared/text-diff.ts';
import { createClock } from '../../platform/clock.ts';
import { createForeignFile } from '../../platform/foreign-file.ts';
import type { ForeignFileVersion } from '../../ports.ts';
import type { CliContext } from '../context.ts';
import { printable, printableLine } from '../printable.ts';
import { earlierTexts } from './earlier-texts.ts';
import { hideSecrets } from './hide-secrets.ts';

/** Edits of other tools' files, as `install` and `remove` of kube, git and docker make them. */

/** Makes a file's new text of its old one; null: there is no file. May be asynchronous. */
export type Change = (text: string | null) => string | Promise<string>;

export interface EditOptions {
  /** Writes without asking. */
  readonly yes: boolean;
}

interface Edit {
  readonly path: string;
  readonly before: string | null;
  /** Null: the file goes. */
  readonly after: string | null;
}

const maxBytes = 16 * 1024 * 1024;

/**
 * Shows what `change` makes of the file, asks, and does it; the earlier text is kept beside it.
 * Returns false where nothing was to change. Rejects with `refused` where the person says no or
 * nobody can be asked, and as `ForeignFile` does.
 */
export async function installInto(
  path: string,
  change: Change,
  context: CliContext,
  options: EditOptions,
): Promise<boolean> {
  const file = createForeignFile({ path, clock: createClock(), maxBytes });
  const found = await file.read();
  const edit = { path, before: found.text, after: await change(found.text) };
  if (edit.after === edit.before) return false;
  await permit(edit, context, options);
  const { backup } = await file.write(edit.after, found);
  if (backup !== null) context.err(`The text from before is in ${printable(backup)}.\n`);
  return true;
}

export interface Undoing {
  /** Does again to `text` what has made `found` of it. */
  readonly install: (text: string | null, found: string) => string | Promise<string>;
  /** Takes out what is ours; gives back the very text where nothing is. */
  readonly remove: (text: string) => string | Promise<string>;
}

/**
 * Takes an installation back. Where nothing else has changed since, the file is what it was before
 * to the letter: `install` done to a text kept beside it, which has nothing of ours, gives the
 * present one. Else `remove` takes out what is ours and leaves the rest. Rejects as `installInto`.
 */
export async function removeFrom(
  path: string,
  changes: Undoing,
  context: CliContext,
  options: EditOptions,
): Promise<boolean> {
  const file = createForeignFile({ path, clock: createClock(), maxBytes });
  const found = await file.read();
  const before = found.text;
  if (before === null) return false;
  const removed = await changes.remove(before);
  if (removed === before) return false;
  const earlier = await textFromBefore(found, before, changes);
  const edit: Edit = { path, before, after: earlier === undefined ? removed : earlier };
  await permit(edit, context, options);
  if (edit.after === null) await removeFile(found, await file.read());
  else await file.write(edit.after, found);
  return true;
}

/** Undefined where there has been more than the installation since, or less. */
async function textFromBefore(
  { path }: ForeignFileVersion,
  now: string,
  changes: Undoing,
): Promise<string | null | undefined> {
  for (const text of [...(await earlierTexts(path)), null]) {
    if (await isFromBefore(text, now, changes)) return text;
  }
  return undefined;
}

/** A text that the change can't be done to is not the one from before. */
async function isFromBefore(
  text: string | null,
  now: string,
  { install, remove }: Undoing,
): Promise<boolean> {
  try {
    const hasOurs = text !== null && (await remove(text)) !== text;
    return !hasOurs && (await install(text, now)) === now;
  } catch (error) {
    if (isKeyfobError(error)) return false;
    throw error;
  }
}

async function removeFile(found: ForeignFileVersion, now: ForeignFileVersion): Promise<void> {
  if (now.identity === found.identity && now.path === found.path) return await unlink(found.path);
  throw new KeyfobError('file_changed', `${found.path} was changed meanwhile.`, {
    hint: 'Nothing was written. Run the command again.',
    details: { path: found.path },
  });
}

async function permit(edit: Edit, context: CliContext, { yes }: EditOptions): Promise<void> {
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
function editText(edit: Edit, { errStyle }: Pick<CliContext, 'errStyle'>): string {
  const { path, before, after } = edit;
  const head = [
    `--- ${before === null ? '(no file yet)' : printable(path)}`,
    `+++ ${after === null ? '(no file any more)' : printable(path)}`,
  ];
  const lines = textDiff(hideSecrets(before), hideSecrets(after)).split('\n').slice(0, -1);
  const coloured = lines.map((line) => {
    const text = `${line.slice(0, 1)}${printableLine(line.slice(1))}`;
    if (line.startsWith('+')) return errStyle.good(text);
    return line.startsWith('-') ? errStyle.bad(text) : text;
  });
  return `${[...head, ...coloured].join('\n')}\n`;
}
