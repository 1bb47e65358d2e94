import type { Account } from '../../../shared/account.ts';
import type { CliContext } from '../context.ts';
import { field } from '../helper-error.ts';
import { askHelper, credentialProcess, type HotSurroundings } from '../hot.ts';
import { notOurs } from '../http-answer.ts';
import type { Endpoint, Sources } from './account-environment.ts';

/** What the hot commands need, for where they are called from a cold one. */
export function hotSurroundings(
  context: Pick<CliContext, 'env' | 'platform' | 'entry'>,
): HotSurroundings {
  return {
    env: context.env,
    platform: context.platform,
    startHelper: async (places) => {
      const { startHelper } = await import('../autostart.ts');
      await startHelper({ places, entry: context.entry });
    },
  };
}

/** Credentials and tokens from the helper, as the hot commands get them. */
export function sourcesOf(
  context: CliContext,
  autostart: boolean,
  openEndpoint: ((account: Account) => Promise<Endpoint>) | undefined,
): Sources {
  const surroundings = hotSurroundings(context);
  return {
    openEndpoint,
    async credentials({ id }) {
      const line = await credentialProcess({ account: id, autostart }, surroundings);
      const found: unknown = JSON.parse(line);
      return {
        AWS_ACCESS_KEY_ID: text(found, 'AccessKeyId'),
        AWS_SECRET_ACCESS_KEY: text(found, 'SecretAccessKey'),
        AWS_SESSION_TOKEN: text(found, 'SessionToken'),
        AWS_CREDENTIAL_EXPIRATION: text(found, 'Expiration'),
      };
    },
    async token({ id }) {
      const path = `/v1/token?account=${encodeURIComponent(id)}`;
      return text(
        await askHelper({ method: 'GET', path }, autostart, surroundings),
        'access_token',
      );
    },
  };
}

function text(value: unknown, name: string): string {
  const found = field(value, name);
  if (typeof found === 'string') return found;
  throw notOurs();
}
