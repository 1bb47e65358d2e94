import { formatCount } from '../numbers.ts';

/** A sign-in under way, and how it ended. */
export const signInText = {
  asking: (host: string) => `Asking ${host}…`,
  checkCode: 'Check that your browser shows this code',
  codeIs: (spelled: string) => `The code is ${spelled}`,
  hyphen: 'hyphen',
  page: 'Page:',
  onlyIfYou: 'Approve only if you started this sign-in.',
  goOn: 'Go on in your browser',
  asks: (connection: string) => `It asks whether Keyfob may sign you in to ${connection}.`,
  underWay: 'Signing in',
  enter: {
    username: 'Enter your user name',
    password: 'Enter your password',
    both: 'Enter your user name and password',
    otp: 'Enter the one-time password',
    assertion: 'Paste your assertion',
    mfa: 'Enter the code of your MFA device',
  },
  handsOn: (host: string) => `Keyfob hands it to ${host}, and keeps it nowhere.`,
  fields: {
    username: 'User name',
    password: 'Password',
    otp: 'One-time password',
    assertion: 'Assertion',
    mfa: 'Code of your MFA device',
  },
  sending: 'Checking…',
  waiting: 'Waiting for your approval',
  left: 'time left',
  openPage: 'Open page',
  openAgain: 'Open again',
  copyCode: 'Copy code',
  copyLink: 'Copy link',
  code: 'the code',
  link: 'the link',
  useCode: 'Use a code instead',
  failed: 'The sign-in did not succeed.',
  passwordOff: (connection: string) => `${connection} may not sign in by password yet`,
  allowPassword: 'Allow it and sign in',
  ended: {
    sign_in_denied: {
      message: 'The sign-in was denied',
      hint: 'Somebody declined it on the page, or you have no access there. Ask whoever gives access there if you should have.',
    },
    sign_in_expired: {
      message: 'The sign-in has expired',
      hint: 'Nobody approved it in time. Start again; the next code is a new one.',
    },
    sign_in_cancelled: {
      message: 'The sign-in was cancelled',
      hint: 'Nothing has changed. Start again whenever you like.',
    },
    network_error: {
      message: 'The sign-in page cannot be reached',
      hint: 'Check the network, the VPN and the proxy, then try again.',
    },
  } as Readonly<Record<string, { readonly message: string; readonly hint: string } | undefined>>,
  doneTitle: (connection: string) => `You are signed in to ${connection}`,
  done: (accounts: number) =>
    accounts === 1
      ? 'One account is yours to use.'
      : `${formatCount(accounts)} accounts are yours to use. Choose the one to begin with.`,
  syncing: 'Fetching the list of your accounts…',
  noAccounts: 'No account is assigned to you there yet. Ask whoever gives access there.',
  choose: 'Account',
  printToken: 'Prints it, for a script',
  pasteProfile: 'Paste this into ~/.aws/config',
  thenRun: 'Then see who AWS says you are',
  useAndGo: 'Use this account',
  showAccounts: 'Show all accounts',
};
