import type { Check } from '../shared/commands/checks.ts';
import { asKeyfobError } from '../shared/errors.ts';
import type { ConnectionView, IdentityCenterSettings, State } from '../shared/model.ts';
import { proxyFor } from '../shared/proxy.ts';
import { failureOf } from './endpoint/failures.ts';
import { overrideIn } from './identity-center/endpoints.ts';
import { probe } from './identity-center/probe.ts';
import type { Ports } from './ports.ts';

/** What `doctor` looks at. */
export interface Patient {
  readonly ports: Ports;
  readonly state: State;
}

/** How long a keychain may take before that is a finding. */
const patienceMs = 5_000;
/** From here on signatures and expiries go wrong. */
const skewMs = 60_000;

/** Looks for what is wrong with this machine's set-up. Never rejects: what fails is a finding. */
export async function examine(patient: Patient): Promise<Check[]> {
  const { ports, state } = patient;
  const found = await Promise.all([
    checkKeychain(ports),
    ports.inspect(),
    checkVariables(ports.env),
    ...state.connections.map((connection) => checkProvider(connection, ports)),
    ...state.connections.map(checkSession),
    ...state.problems.map((problem, n) =>
      warning(`problem.${n + 1}`, problem.message, problem.hint),
    ),
  ]);
  return once(found.flat());
}

/** A keychain that fails is each session's own trouble, too: it is told once. */
function once(checks: readonly Check[]): Check[] {
  const told = new Set<string>();
  return checks.filter(({ status, message }) => {
    if (status === 'ok') return true;
    const known = told.has(message);
    told.add(message);
    return !known;
  });
}

/**
 * Whether a connection's provider can be reached, on the way that sign-ins and requests for
 * credentials take. Never rejects: what fails is a finding.
 */
export async function testConnection(view: ConnectionView, ports: Ports): Promise<Check[]> {
  const found = await Promise.all([
    checkProvider(view, ports),
    ...portalChecks(view, ports),
    checkVariables(ports.env),
    ports.inspect().then((checks) => checks.filter(({ id }) => id.startsWith('ca.'))),
  ]);
  return found.flat();
}

function oidc(): Promise<typeof import('./oidc/protocol.ts')> {
  return import('./oidc/protocol.ts');
}

function portalChecks({ settings }: ConnectionView, ports: Ports): Promise<Check[]>[] {
  return [
    settings.kind === 'identity-center'
      ? checkPortal(settings, ports)
      : oidc().then(({ checkOffers }) => checkOffers(settings, ports)),
  ];
}

async function checkPortal(
  { name, region }: IdentityCenterSettings,
  ports: Ports,
): Promise<Check[]> {
  const id = `portal.${name}`;
  try {
    const { host } = await probe('portal', region, ports);
    return ok(id, `${host} answers.`);
  } catch (error) {
    return failureFrom(id, failureOf(error, ports.log, 'doctor').toInfo());
  }
}

async function checkKeychain({ secrets, clock, log, random }: Ports): Promise<Check[]> {
  // No connection can be named so; and of two at once each looks for its own.
  const key = `_doctor-${Buffer.from(random.bytes(6)).toString('hex')}`;
  const value = String(clock.now());
  const probe = async () => {
    await secrets.set(key, value);
    try {
      return (await secrets.get(key)) === value;
    } finally {
      await secrets.delete(key);
    }
  };
  try {
    const same = await withPatience(probe(), clock);
    if (same === undefined) {
      return failure('keychain', 'The keychain does not answer.', 'Unlock it, or log in again.');
    }
    if (!same) {
      return failure(
        'keychain',
        'The keychain did not give back what was written to it.',
        'Choose another store with KEYFOB_KEYCHAIN=file.',
      );
    }
  } catch (error) {
    return failureFrom('keychain', failureOf(error, log, 'doctor').toInfo());
  }
  if (secrets.kind === 'memory') {
    return warning(
      'keychain',
      'Secrets are kept in memory: every session ends with the helper.',
      'Unset KEYFOB_KEYCHAIN to use the keychain of this system.',
    );
  }
  return ok('keychain', `Secrets are kept in ${storeNames[secrets.kind]}.`);
}

const storeNames = { os: "the system's keychain", file: 'an encrypted file' } as const;

/** Variables that change where requests go, without the names and passwords that may be in them. */
function checkVariables(env: Ports['env']): Check[] {
  return [...checkProxy(env), ...overrides.flatMap((variable) => checkOverride(variable, env))];
}

const overrides = ['SSO_OIDC', 'SSO', 'STS', 'SIGNIN', 'ECR'].map(
  (name) => `AWS_ENDPOINT_URL_${name}`,
);

function checkOverride(variable: string, env: Ports['env']): Check[] {
  const id = `endpoint.${variable}`;
  try {
    if (overrideIn(variable, env) === undefined) return [];
  } catch (error) {
    return failureFrom(id, asKeyfobError(error));
  }
  return warning(
    id,
    `${variable} sends requests to another place than AWS.`,
    'Unset it unless you mean it, and restart the helper: end it with `keyfob daemon --stop`.',
  );
}

function checkProxy(env: Ports['env']): Check[] {
  try {
    const proxy = proxyFor('https:', env);
    if (proxy === undefined) return [];
    return ok(`proxy.${proxy.variable}`, `Requests go through the proxy ${proxy.url.host}.`);
  } catch (error) {
    const known = asKeyfobError(error);
    return failureFrom(`proxy.${known.details?.variable}`, known);
  }
}

async function checkProvider({ settings }: ConnectionView, ports: Ports): Promise<Check[]> {
  const id = `provider.${settings.name}`;
  try {
    const { host, date } =
      settings.kind === 'identity-center'
        ? await probe('oidc', settings.region, ports)
        : await (await oidc()).providerAnswers(settings, ports);
    return [...ok(id, `${host} answers.`), ...checkClock(settings.name, date, ports.clock.now())];
  } catch (error) {
    return failureFrom(id, failureOf(error, ports.log, 'doctor').toInfo());
  }
}

function checkClock(connection: string, date: string | null, now: number): Check[] {
  const theirs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs)) return [];
  const id = `clock.${connection}`;
  const skew = now - theirs;
  if (Math.abs(skew) < skewMs) return ok(id, "This machine's clock agrees with the provider's.");
  const amount = `${Math.round(Math.abs(skew) / 1000)} seconds ${skew > 0 ? 'ahead of' : 'behind'}`;
  return warning(
    id,
    `This machine's clock is ${amount} the provider's. Keyfob allows for it, other tools may not.`,
    'Let the system set its clock from the network.',
  );
}

function checkSession({ settings, session }: ConnectionView): Check[] {
  const id = `session.${settings.name}`;
  const { name } = settings;
  const login = `Run \`keyfob login ${name}\`.`;
  if (session.error !== undefined) return failureFrom(id, session.error);
  switch (session.state) {
    case 'signed_in':
      return session.renewable
        ? ok(id, `${name} is signed in.`)
        : warning(id, `${name} is signed in, but can't renew itself.`, login);
    case 'signed_out':
      return warning(id, `${name} is signed out.`, login);
    case 'expired':
      return warning(id, `The session of ${name} has lapsed; renewal is being tried.`, login);
    case 'unknown':
      return warning(id, `The keychain has not told about ${name} yet.`, 'Unlock the keychain.');
  }
}

/** The promise's value, or undefined once patience is over. */
function withPatience<T>(promise: Promise<T>, clock: Ports['clock']): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const cancel = clock.after(patienceMs, () => late.resolve(undefined));
  return Promise.race([promise, late.promise]).finally(cancel);
}

function ok(id: string, message: string): Check[] {
  return [{ id, status: 'ok', message }];
}

function warning(id: string, message: string, hint?: string): Check[] {
  return [{ id, status: 'warning', message, ...(hint === undefined ? {} : { hint }) }];
}

function failure(id: string, message: string, hint: string): Check[] {
  return [{ id, status: 'failure', message, hint }];
}

function failureFrom(id: string, error: { message: string; hint?: string | undefined }): Check[] {
  const { message, hint } = error;
  return [{ id, status: 'failure', message, ...(hint === undefined ? {} : { hint }) }];
}
