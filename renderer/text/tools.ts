import type { SnippetId } from '../../shared/snippets.ts';

/** Connecting a tool. */
export const toolsText = {
  title: 'Connect a tool',
  account: 'Account',
  following: 'Whichever is active',
  followingHelp: 'Switch in Keyfob, and the tools follow at their next request.',
  fixedHelp: 'Tools get this account, whichever is active.',
  noSuch: 'No account matches.',
  firstProfile: 'A profile, once',
  tool: 'Then the tool',
  empty: 'Nothing to connect yet',
  emptyWhy: 'Add a connection and sign in; its accounts can then be given to your tools.',
  signedOut: (connection: string) => `You are signed out of ${connection}`,
  signedOutWhy: 'The lines below are right, but tools are told to sign in first.',
  expired: (connection: string) => `The session of ${connection} has expired`,
  expiredWhy: 'Keyfob is trying to renew it. If that goes on, sign in again.',
  copyNamed: (what: string) => `Copy: ${what}`,
  tabs: {
    cli: 'AWS CLI',
    sdk: 'SDKs',
    terraform: 'Terraform',
    compose: 'Compose',
    curl: 'curl',
  },
  snippets: {
    profile: { name: 'Profile', where: 'Into ~/.aws/config' },
    'aws-cli': { name: 'AWS CLI', where: 'Shows who AWS says you are' },
    environment: {
      name: 'Every tool in this shell',
      where: 'Into the shell, or its start-up file',
    },
    python: { name: 'Python', where: 'boto3' },
    javascript: { name: 'JavaScript', where: 'AWS SDK v3' },
    go: { name: 'Go', where: 'AWS SDK v2' },
    java: { name: 'Java', where: 'AWS SDK 2.x' },
    terraform: { name: 'Terraform', where: 'Also OpenTofu' },
    compose: {
      name: 'Docker Compose',
      where: 'The values end with the session; run the lines again then',
    },
    curl: { name: 'curl', where: 'Prints credentials: mind where its output goes' },
  } satisfies Record<SnippetId, { readonly name: string; readonly where: string }>,
};
