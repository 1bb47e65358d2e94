import { type Account, isAwsAccount, isTokenAccount } from '../../shared/account.ts';
import type { CallContext } from '../../shared/commands.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { Registry } from '../../shared/registry.ts';
import { isoSeconds } from '../accounts/expiration.ts';
import { usualRegion } from '../accounts/usual-region.ts';
import { askedBy, outcomeOf } from '../activity/recorded.ts';
import { noteProblem } from '../state.ts';
import { eksToken } from '../sts/presign.ts';
import { codeCommitLogin } from '../tools/codecommit.ts';
import { ecrRegistry } from '../tools/ecr.ts';
import { createEcrLogins } from '../tools/ecr-logins.ts';
import { createRegistries } from '../tools/registries.ts';
import type { HandlersDeps, HandlersOf } from './deps.ts';
import { permittedCredentials, permittedToken } from './permitted.ts';

/** What kubectl, git and Docker get, who have forms of their own for it. */
export function toolHandlers(
  deps: HandlersDeps,
): HandlersOf<
  | 'account.eksToken'
  | 'account.codecommit'
  | 'account.refused'
  | 'registry.set'
  | 'registry.remove'
  | 'registry.list'
  | 'registry.login'
> {
  const { ports, state, connections, accounts, accountsLoaded, activity } = deps;
  const ecrLogins = createEcrLogins(ports);
  const registries = createRegistries(ports, (error) => noteProblem(state, ports.clock, error));

  /** Does what hands something out, and has it in the record. */
  async function noted<T>(
    account: string | undefined,
    context: CallContext,
    task: () => Promise<T>,
  ): Promise<T> {
    const note = (outcome: string) =>
      activity.record({
        ...askedBy(context),
        account: pathOf(account),
        connection: null,
        what: 'token',
        outcome,
      });
    try {
      const value = await task();
      note('ok');
      return value;
    } catch (error) {
      note(outcomeOf(error));
      throw error;
    }
  }

  /** AWS refuses what this machine's clock has signed, where it is wrong. */
  function timeOf(account: Account): number {
    return isAwsAccount(account) ? accounts.now(account) : ports.clock.now();
  }

  function pathOf(text: string | undefined): string | null {
    try {
      return accounts.resolve(text).path;
    } catch {
      return null;
    }
  }

  return {
    'account.eksToken': ({ account: text, cluster, region: given }, context) =>
      noted(text, context, async () => {
        const { account, credentials } = await permittedCredentials(text, context, deps);
        const region = given ?? usualRegion(account, connections.settings, accounts.resolve);
        if (region === undefined) throw regionMissing();
        const now = timeOf(account);
        const made = await eksToken({ cluster, region, credentials, now, env: ports.env });
        return { token: made.token, expiresAt: isoSeconds(made.expiresAt) };
      }),

    'account.codecommit': ({ account: text, host, path }, context) =>
      noted(text, context, async () => {
        const { account, credentials } = await permittedCredentials(text, context, deps);
        const now = timeOf(account);
        const { expiresAt, ...login } = codeCommitLogin({ host, path, credentials, now });
        return { ...login, expiresAt: isoSeconds(expiresAt) };
      }),

    async 'account.refused'({ account: text, token, ...wish }, { signal }) {
      await accountsLoaded;
      await accounts.refuseToken(text, wish, token, signal);
      return {};
    },

    async 'registry.set'({ account: text, ...rest }) {
      await accountsLoaded;
      const account = accounts.resolve(text);
      const isEcr = ecrRegistry(rest.host) !== undefined;
      if (isEcr !== isAwsAccount(account)) throw wrongKind(rest.host, isEcr);
      return await registries.set({ ...rest, account: account.id });
    },
    async 'registry.remove'({ host }) {
      await registries.remove(host);
      return {};
    },
    async 'registry.list'() {
      const list = await registries.list();
      return {
        registries: list.map((one) => ({ ...one, username: usernameFor(one) })),
      };
    },
    async 'registry.login'({ host }, context) {
      const registry = await registries.find(host);
      const { account: id } = registry;
      return await noted(id, context, async () => {
        await accountsLoaded;
        const account = accounts.resolve(id);
        if (isTokenAccount(account)) {
          const { token } = await permittedToken(account.id, {}, context, deps);
          return { username: usernameFor(registry), secret: token.token };
        }
        const ecr = ecrRegistry(host);
        if (ecr === undefined) throw wrongKind(host, false);
        const { credentials } = await permittedCredentials(account.id, context, deps);
        const login = await ecrLogins(ecr, credentials, timeOf(account), context.signal);
        return { username: login.username, secret: login.secret };
      });
    },
  };
}

/** What registries take who look at the password alone; ECR names its own. */
function usernameFor({ host, username }: Registry): string {
  return username ?? (ecrRegistry(host) === undefined ? 'oauth2' : 'AWS');
}

function regionMissing(): KeyfobError {
  return new KeyfobError('invalid_input', 'Nothing tells the region of the cluster.', {
    hint: 'Name it with --region.',
  });
}

function wrongKind(host: string, isEcr: boolean): KeyfobError {
  return new KeyfobError(
    'invalid_input',
    isEcr
      ? `${host} is a registry of ECR, and the account is no AWS account.`
      : `${host} is no registry of ECR, and the account is an AWS account.`,
    {
      hint: isEcr
        ? 'Name an account and role that may use the registry.'
        : 'Name an account that is a token, such as corp/access.',
    },
  );
}
