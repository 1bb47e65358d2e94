import { formatCount } from '../numbers.ts';

/** Adding a connection, at the first run and later. */
export const connectText = {
  title: 'Add a connection',
  firstTitle: 'Where do you sign in?',
  firstIntro:
    'Paste the address of your AWS access portal. Keyfob signs you in there and hands short-lived credentials to your tools.',
  address: 'Start URL',
  addressPlaceholder: 'https://acme.awsapps.com/start',
  addressHelp: 'The AWS access portal’s address: the page where you choose an account.',
  checking: 'Checking…',
  checkAgain: 'Check again',
  identityCenterIn: (region: string) => `IAM Identity Center in ${region}; it answers`,
  needsRegion: 'IAM Identity Center. Which region is it in?',
  alreadyHave: (name: string) => `You have this one already: ${name}.`,
  region: 'Region',
  regionPlaceholder: 'eu-west-1',
  regionHelp:
    'The home region of Identity Center, on its Settings page. Your accounts may use others.',
  name: 'Name',
  nameHelp: (name: string) => `Accounts are then called ${name}/account/role.`,
  nameFallback: 'acme',
  flow: 'How you sign in',
  addAndSignIn: 'Add and sign in',
  signInToExisting: (name: string) => `Sign in to ${name}`,
  found: 'Found in your AWS config',
  foundHelp: 'The file stays as it is.',
  reading: 'Looking into your AWS config…',
  foundNone: 'Your AWS config names no Identity Center that is not here already.',
  add: 'Add',
  addNamed: (name: string) => `Add ${name}`,
  addAll: 'Add all',
  addedAll: (count: number) =>
    count === 1 ? 'Added 1 connection' : `Added ${formatCount(count)} connections`,
  fromSource: (source: string) => `from ${source}`,
};

/** How a person signs in: the choices of a flow. */
export const flowText = {
  auto: 'Automatic',
  browser: 'Browser',
  device: 'Code',
  help: {
    auto: 'The browser where one can open, else a code.',
    browser: 'A page opens on this machine and leads back to Keyfob.',
    device: 'A code to compare, on this or any other device.',
  },
};
