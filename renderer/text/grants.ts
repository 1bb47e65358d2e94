import { formatCount } from '../numbers.ts';

/** Programs that may use the endpoint on this machine. */
export const grantsText = {
  title: 'Programs with a grant',
  help: 'Each has a token of its own for the endpoint on this machine. “keyfob grant create” makes one.',
  none: 'No program has one.',
  every: 'every account',
  more: (count: number) => `and ${formatCount(count)} more`,
  ephemeral: 'while it runs',
  until: (day: string, time: string) => `until ${day}, ${time}`,
  used: (day: string, time: string) => `last used ${day}, ${time}`,
  unused: 'not used yet',
  revoke: 'Revoke',
  revokeOf: (label: string) => `Revoke the grant of ${label}`,
  revoked: (label: string) => `The grant of ${label} is revoked`,
};
