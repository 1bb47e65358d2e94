import type { ChangedProfiles, Plan, ProfileConflict } from '../../../shared/commands/config.ts';
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

/** That what was chosen is no account at all, which would else look as if all were done. */
export function noAccountText({ changes, conflicts, settings }: Plan): string {
  const profiles = changes.added.length + changes.changed.length + changes.unchanged;
  if (profiles > 0 || conflicts.some(({ accounts }) => accounts.length > 0)) return '';
  const { accounts: chosen } = settings;
  if (chosen.choice === 'query') {
    return `! No AWS account matches ${printable(JSON.stringify(chosen.query))}. Choose with --accounts; \`keyfob accounts\` lists them.\n`;
  }
  if (chosen.choice === 'favourites') {
    return '! No AWS account is among the favourites. Mark some with `keyfob accounts favourite`, or choose with --accounts.\n';
  }
  if (chosen.choice === 'list') return '! None of the chosen accounts is an AWS account.\n';
  return '! There is no AWS account yet. Sign in with `keyfob login`.\n';
}
