import type { ChangedProfiles, ProfileConflict } from '../../../shared/commands/config.ts';
import { printable } from '../printable.ts';
import { countOf } from './session-text.ts';

/** How many accounts that go without are named at most. */
const shown = 5;

/** `3 profiles added, 1 changed, 2 removed`. */
export function changesText({ added, changed, removed }: ChangedProfiles): string {
  const parts = [
    [added.length, 'added'],
    [changed.length, 'changed'],
    [removed.length, 'removed'],
  ] as const;
  const said = parts.filter(([count]) => count > 0);
  if (said.length === 0) return 'No profile changes';
  return said
    .map(([count, what], index) => `${index === 0 ? countOf(count, 'profile') : count} ${what}`)
    .join(', ');
}

/** What is not written, and why; a line each. */
export function conflictsText(conflicts: readonly ProfileConflict[]): string {
  return conflicts
    .map(({ profile, message, accounts }) => {
      const named = accounts.slice(0, shown).map(printable);
      const more = accounts.length > shown ? [`${accounts.length - shown} more`] : [];
      const without = [...named, ...more].join(', ');
      const whose = without === '' || without === profile ? '' : ` Without a profile: ${without}.`;
      return `! ${printable(profile)}: ${printable(message)}.${whose}\n`;
    })
    .join('');
}
