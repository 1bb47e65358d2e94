import type { OidcGrant } from '../../shared/oidc-settings.ts';
import { formatCount } from '../numbers.ts';

const listFormat = new Intl.ListFormat('en', { type: 'conjunction' });

interface OidcOffers {
  readonly browser: boolean;
  readonly device: boolean;
  readonly registration: boolean;
}

/** Adding a connection, at the first run and later. */
export const connectText = {
  title: 'Add a connection',
  firstTitle: 'Where do you sign in?',
  firstIntro:
    'Paste the address of your AWS access portal, or the issuer of your company’s OpenID provider. Keyfob signs you in there and hands short-lived credentials to your tools.',
  address: 'Start URL or issuer',
  addressPlaceholder: 'https://acme.awsapps.com/start',
  addressHelp: 'The page where you choose an AWS account, or the address of an OpenID provider.',
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
  oidc: {
    provider: ({ browser, device, registration }: OidcOffers) => {
      const ways = [
        ...(browser ? ['the browser'] : []),
        ...(device ? ['device codes'] : []),
        ...(registration ? ['registration from here'] : []),
      ];
      return ways.length === 0
        ? 'OpenID provider; it answers.'
        : `OpenID provider; it offers ${listFormat.format(ways)}.`;
    },
    alreadyHave: (name: string) => `You have a connection to it already: ${name}.`,
    nameFallback: 'corp',
    nameHelp: (name: string) => `Tokens are then called ${name}/access.`,
    clientId: 'Client ID',
    clientIdMay: 'Empty: Keyfob registers itself with the provider.',
    clientIdMust: 'As the provider shows it for the application that you made for Keyfob.',
    clientSecret: 'Client secret',
    clientSecretHelp: 'Only if the provider gave one. It is kept in the keychain.',
    initialAccessToken: 'Initial access token',
    initialAccessTokenHelp: 'Only if the provider asks for one to register.',
    scopes: 'Scopes',
    scopesPlaceholder: 'openid profile email offline_access',
    scopesHelp: 'With blanks between them. Empty: the usual ones.',
    audience: 'Audience',
    audienceHelp: 'Whom the access token is for, where the provider wants to know.',
    grant: 'Kind of sign-in',
    grants: {
      interactive: 'On the provider’s page',
      client_credentials: 'As the client itself',
      password: 'User name and password',
      'sms-otp': 'One-time password by SMS',
      'smtp-otp': 'One-time password by mail',
      'saml2-bearer': 'SAML assertion',
      'jwt-bearer': 'JWT assertion',
    } satisfies Record<OidcGrant, string>,
    grantsHelp: {
      interactive: 'You sign in there; Keyfob sees no password.',
      client_credentials: 'Nobody is asked. The client’s own secret or key is enough.',
      password: 'Keyfob asks for them and hands them to the provider.',
      'sms-otp': 'The provider sends a code to your phone.',
      'smtp-otp': 'The provider sends a code to your mailbox.',
      'saml2-bearer': 'You paste an assertion that another identity provider has made.',
      'jwt-bearer': 'You paste a JWT that another identity provider has made.',
    } satisfies Record<OidcGrant, string>,
    usernameHelp: 'Who gets the code. Empty: you are asked each time.',
    passwordTitle: 'Use this only where there is nothing else',
    passwordWhy: 'Your password goes through Keyfob, and no second factor protects it.',
    passwordAllow: 'Allow it for this connection',
  },
  found: 'Found in your AWS config',
  foundHelp: 'The file stays as it is.',
  reading: 'Looking into your AWS config…',
  foundNone: 'Your AWS config names nothing that is not here already.',
  add: 'Add',
  addNamed: (name: string) => `Add ${name}`,
  addAll: 'Add all',
  adding: 'Adding…',
  addedAll: (count: number) => (count === 1 ? '1 is added' : `${formatCount(count)} are added`),
  fromSource: (source: string) => `from ${source}`,
  signedBy: (account: string) => `with the credentials of ${account}`,
  foundConnections: 'Connections found',
  foundRoles: 'Roles found',
  leftOut: 'Left out',
  leftOutHelp: 'What else is there cannot be brought in.',
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
