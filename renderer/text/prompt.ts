/** A code that a tool waits for. */
export const promptText = {
  title: 'Enter the code of your MFA device',
  why: 'A program waits for short-lived credentials of',
  noAnswer: 'Without a code by then, the program gets none.',
  notNow: 'Not now',
  send: 'Send the code',
  waits: (path: string) => `A program waits for a code for ${path}`,
  waitsWhy: 'It gives up when its minute is over.',
  enter: 'Enter the code',
};
