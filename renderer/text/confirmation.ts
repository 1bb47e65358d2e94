import { formatCount } from '../numbers.ts';

/** A program that must ask. */
export const confirmationText = {
  title: (client: string) => `Let ${client} act as this account?`,
  why: 'It asks for short-lived credentials of',
  policyTitle: (client: string) => `Let ${client} have you asked less often?`,
  policyWhy: {
    never: 'From then on no program would have to ask for',
    first: 'From then on each program would have to ask only once for',
    always: 'From then on each program would have to ask for',
  },
  policyIfUnknown: 'If you did not choose that yourself just now, do not allow it.',
  ifUnknown: 'If you did not start anything that needs them, do not allow it.',
  once: 'You are asked at every request.',
  first: 'You are not asked again for this program until Keyfob ends.',
  noAnswer: 'Without an answer by then, it is not allowed.',
  allowOnce: 'Allow once',
  allow: 'Allow',
  deny: 'Do not allow',
  more: (count: number) =>
    count === 1 ? 'One more waits behind it.' : `${formatCount(count)} more wait behind it.`,
};
