import type { ServiceName } from './answers.ts';
import { accountAccess, type Context, grants, type SimApplication } from './context.ts';
import { control } from './control.ts';
import { createDirectory, type SimAccount } from './directory.ts';
import { createFaults, type Faults } from './faults.ts';
import { createJournal, type Journal } from './journal.ts';
import type { IssuedKey } from './keys.ts';
import { createLimiter } from './limiter.ts';
import { createListener } from './listener.ts';
import { principalOf } from './portal.ts';
import { createSecretMint } from './secrets.ts';
import { createServices } from './services.ts';
import { createSwitches, type SwitchChanges, type Switches } from './switches.ts';
import type { WebIssuer } from './web-identity.ts';

export interface SimulatorOptions {
  /** Of the OIDC service; portal and STS take the next two. Default: any free ones. */
  readonly port?: number;
  /** Default `eu-west-1`. */
  readonly region?: string;
  /** Default `https://keyfob.awsapps.com/start`. */
  readonly startUrl?: string;
  readonly switches?: SwitchChanges;
  /** Instead of accounts made up by the switches. */
  readonly accounts?: readonly SimAccount[];
  /** The clock under everything, epoch milliseconds. Default: the real one. */
  readonly now?: () => number;
}

export interface SimulatorUrls {
  /** For AWS_ENDPOINT_URL_SSO_OIDC; the pages and `/_sim/` are here too. */
  readonly oidcUrl: string;
  /** For AWS_ENDPOINT_URL_SSO. */
  readonly portalUrl: string;
  /** For AWS_ENDPOINT_URL_STS. */
  readonly stsUrl: string;
  /** The same as `oidcUrl`. */
  readonly origin: string;
}

/** IAM Identity Center (OIDC, pages, portal) and STS on loopback. */
export interface Simulator {
  start(): Promise<SimulatorUrls>;
  stop(): Promise<void>;
  /** The environment that points clients here. */
  env(): Record<
    | 'AWS_ENDPOINT_URL_SSO_OIDC'
    | 'AWS_ENDPOINT_URL_SSO'
    | 'AWS_ENDPOINT_URL_STS'
    | 'AWS_ENDPOINT_URL_SIGNIN'
    | 'AWS_ENDPOINT_URL_ECR',
    string
  >;
  readonly region: string;
  readonly startUrl: string;
  readonly issuerUrl: string;
  readonly application: SimApplication;
  /** May be changed at any time. */
  readonly switches: Switches;
  readonly faults: Faults;
  readonly journal: Journal;
  now(): number;
  /** Moves the server's time. */
  advance(ms: number): void;
  accounts(): readonly SimAccount[];
  pendingUserCodes(): readonly string[];
  /** Decides the device sign-in of this code, or all pending ones; returns how many. */
  approve(userCode?: string): number;
  deny(userCode?: string): number;
  /** Ends every session, as an administrator can. */
  endSessions(): void;
  /** Forgets every client registration. */
  forgetClients(): void;
  /** Keys of a role, as GetRoleCredentials would hand out. */
  issueKeys(accountId: string, roleName: string): IssuedKey;
  /** A JWT of the token issuer that the application trusts. */
  signAssertion(claims: Readonly<Record<string, unknown>>): string;
  /** The present code of an MFA device. */
  mfaCode(serial: string): string;
  /** Makes an identity provider known to IAM, by its keys. */
  registerIssuer(issuer: WebIssuer): void;
  /** The keys of this id, and the session that they belong to. */
  keysOf(accessKeyId: string): IssuedKey | undefined;
  /** The AWS account that a registry's password belongs to, while it is good. */
  registryAccount(password: string): string | undefined;
  /** Every secret handed out so far. */
  secrets(): readonly string[];
  /** Closes a service's port, so that connections are refused, until `accept`. */
  refuse(service: ServiceName): Promise<void>;
  accept(service: ServiceName): Promise<void>;
}

const instance = 'ssoins-1234567890abcdef';

/** What a client of the simulator may register. */
const knownScopes = [
  accountAccess,
  'codewhisperer:completions',
  'codewhisperer:analysis',
  'codewhisperer:conversations',
  'codecatalyst:read_write',
  'openid',
  'aws',
  'sts:identity_context',
];

const application: SimApplication = {
  arn: `arn:aws:sso::111111111111:application/${instance}/apl-1234567890abcdef`,
  scopes: ['openid', 'aws', 'sts:identity_context', accountAccess],
  redirectUris: ['http://127.0.0.1/callback', 'https://app.example.com/callback'],
  grantTypes: [
    grants.authorizationCode,
    grants.refreshToken,
    grants.jwtBearer,
    grants.tokenExchange,
  ],
};

export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const { region = 'eu-west-1', startUrl = 'https://keyfob.awsapps.com/start' } = options;
  const switches = createSwitches(options.switches);
  const base = options.now ?? Date.now;
  let advancedMs = 0;
  const now = () => base() + advancedMs + switches.clockSkewSeconds * 1000;
  const mint = createSecretMint();
  const directory = createDirectory(switches, options.accounts);
  const issuerUrl = `https://identitycenter.amazonaws.com/${instance}`;
  const context: Context = {
    now,
    switches,
    mint,
    directory,
    region,
    startUrl,
    issuerUrl,
    userName: 'ada@example.com',
    scopes: knownScopes,
    application,
    oidcUrl: () => listeners.oidc.url(),
  };
  const services = createServices(context);
  const parts = {
    context,
    services,
    faults: createFaults(),
    journal: createJournal(),
    limiter: createLimiter(now),
    control: (request: Parameters<typeof control>[1]) => control(simulator, request),
  };
  const listeners = {
    oidc: createListener('oidc', parts),
    portal: createListener('portal', parts),
    sts: createListener('sts', parts),
  };

  function decide(state: 'approved' | 'denied', userCode: string | undefined): number {
    const pending =
      userCode === undefined
        ? services.deviceGrants.pending()
        : [services.deviceGrants.find(userCode)].filter((grant) => grant !== undefined);
    for (const grant of pending) grant.state = state;
    return pending.length;
  }

  const simulator: Simulator = {
    async start() {
      const { port = 0 } = options;
      await listeners.oidc.listen(port);
      await listeners.portal.listen(port === 0 ? 0 : port + 1);
      await listeners.sts.listen(port === 0 ? 0 : port + 2);
      const oidcUrl = listeners.oidc.url();
      return {
        oidcUrl,
        portalUrl: listeners.portal.url(),
        stsUrl: listeners.sts.url(),
        origin: oidcUrl,
      };
    },
    async stop() {
      await Promise.all(Object.values(listeners).map((listener) => listener.close()));
    },
    env: () => ({
      AWS_ENDPOINT_URL_SSO_OIDC: listeners.oidc.url(),
      AWS_ENDPOINT_URL_SSO: listeners.portal.url(),
      AWS_ENDPOINT_URL_STS: listeners.sts.url(),
      // The console's federation endpoint is on the same port, at a path of its own.
      AWS_ENDPOINT_URL_SIGNIN: listeners.sts.url(),
      AWS_ENDPOINT_URL_ECR: listeners.sts.url(),
    }),
    region,
    startUrl,
    issuerUrl,
    application,
    switches,
    faults: parts.faults,
    journal: parts.journal,
    now,
    advance(ms) {
      advancedMs += ms;
    },
    accounts: () => directory.accounts(),
    pendingUserCodes: () => services.deviceGrants.pending().map((grant) => grant.userCode),
    approve: (userCode) => decide('approved', userCode),
    deny: (userCode) => decide('denied', userCode),
    endSessions: () => services.sessions.endAll(),
    forgetClients() {
      for (const { clientId } of services.registrations.all()) {
        services.registrations.forget(clientId);
      }
    },
    issueKeys: (accountId, roleName) =>
      services.keys.issue(
        principalOf(context, accountId, roleName),
        switches.lifetimes.roleSeconds,
      ),
    signAssertion: (claims) => mint.remember(services.trustedIssuer.sign(claims)),
    mfaCode: (serial) => services.mfa.codeOf(serial),
    registerIssuer: (issuer) => services.webIssuers.register(issuer),
    keysOf: (accessKeyId) => services.keys.find(accessKeyId),
    registryAccount: (password) => services.ecr.accountOf(password),
    secrets: () => mint.all(),
    refuse: (service) => listeners[service].close(),
    accept: (service) => listeners[service].listen(0),
  };
  return simulator;
}
