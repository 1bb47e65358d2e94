import { createHash } from 'node:crypto';
import type { ChangedProfiles } from '../../shared/commands/config.ts';
import { textDiff } from '../../shared/text-diff.ts';
import type { ForeignFileVersion } from '../ports.ts';
import { type BlockFile, putTogether, type Section, sectionsOf } from './block.ts';
import { linesOf } from './lines.ts';

/** What would become of the file. */
export interface PlannedText {
  readonly text: string;
  readonly upToDate: boolean;
  readonly diff: string;
  readonly changes: ChangedProfiles;
  /** SHA-256 of the file's place and content, and of what would be written. */
  readonly hash: string;
}

/** The text that the file would have with these sections in Keyfob's block, and what that changes. */
export function planText(
  version: ForeignFileVersion,
  file: BlockFile,
  sections: readonly Section[],
): PlannedText {
  const before = version.text ?? '';
  const text = putTogether(file, sections);
  const parts = [version.path, version.identity, text];
  return {
    text,
    // Nothing to put into a file that is not there: none is made.
    upToDate: text === before,
    diff: diffOf(file, before, text),
    changes: changesOf(sectionsOf(file.block ?? []), sections),
    hash: createHash('sha256').update(JSON.stringify(parts)).digest('hex'),
  };
}

/** Of the block alone: around it there may be secrets, and nothing of it changes. */
function diffOf({ before, block, after }: BlockFile, old: string, text: string): string {
  if (old === text) return '';
  const lines = linesOf(text).map((line) => line.text);
  const fresh = lines.slice(before.length, lines.length - after.length);
  const joined = (list: readonly string[]) => list.map((line) => `${line}\n`).join('');
  const diff = textDiff(joined((block ?? []).map((line) => line.text)), joined(fresh));
  return diff
    .replaceAll(/^@@ -(\d+),(\d+) \+(\d+),(\d+) @@$/gm, (_, a, b, c, d) => {
      const [from, to] = [Number(a) + before.length, Number(c) + before.length];
      return `@@ -${from},${b} +${to},${d} @@`;
    })
    .replaceAll(/^([ -][^=:\n]*(?:secret|token|password|key)[^=:\n]*[=:]).*$/gim, '$1 …');
}

function changesOf(before: readonly Section[], after: readonly Section[]): ChangedProfiles {
  const linesByName = (sections: readonly Section[]) =>
    new Map(sections.map(({ header, lines }) => [nameOf(header), lines.join('\n')]));
  const [old, fresh] = [linesByName(before), linesByName(after)];
  const kept = [...fresh.keys()].filter((name) => old.has(name));
  const changed = kept.filter((name) => old.get(name) !== fresh.get(name));
  return {
    added: [...fresh.keys()].filter((name) => !old.has(name)),
    changed,
    removed: [...old.keys()].filter((name) => !fresh.has(name)),
    unchanged: kept.length - changed.length,
  };
}

function nameOf(header: string): string {
  return header.replace(/^profile\s+/, '');
}
