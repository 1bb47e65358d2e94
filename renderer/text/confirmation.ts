import { formatCount } from '../numbers.ts';

/** A program that must ask. */
export const confirmationText = {
  title: (client: string) => `Let ${client} act as this account?`,
  why: 'It asks for short-lived credentials of',
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
