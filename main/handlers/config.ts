import type { AwsSsoInstance } from '../aws-config/aws-sso-cli.ts';
import { discoverConnections } from '../aws-config/discover.ts';
import { discoverAccounts } from '../aws-config/discover-accounts.ts';
import type { HandlersDeps, HandlersOf } from './deps.ts';

/** What writes profiles into AWS's configuration, and reads what is there. */
export function configHandlers(
  deps: HandlersDeps,
): HandlersOf<'config.plan' | 'config.apply' | 'config.settings' | 'config.discover'> {
  const { ports, state, awsConfig, accountsLoaded } = deps;

  return {
    async 'config.plan'(wish) {
      await accountsLoaded;
      return await awsConfig.plan(wish);
    },
    async 'config.apply'(wish) {
      await accountsLoaded;
      return await awsConfig.apply(wish);
    },
    async 'config.settings'({ changes }) {
      await accountsLoaded;
      return await awsConfig.settings(changes);
    },

    async 'config.discover'() {
      await accountsLoaded;
      const text = (await ports.readAwsConfig()) ?? '';
      const ssoCli = await ports.awsFiles.readAwsSsoCliConfig();
      const instances = ssoCli === null ? [] : await instancesIn(ssoCli);
      const known = state.get('connections').map(({ settings }) => settings);
      const connections = discoverConnections(text, known, instances ?? []);
      const { accounts, skipped } = discoverAccounts(text, {
        connections,
        instances: instances ?? [],
        known: state.get('accounts'),
      });
      const unread = { source: 'aws-sso-cli', reason: 'its config.yaml is none that Keyfob knows' };
      return {
        connections,
        accounts: [...accounts],
        skipped: instances === undefined ? [unread, ...skipped] : [...skipped],
      };
    },
  };
}

/** Few have that file, and the library that reads it is large: loaded at first use. */
async function instancesIn(text: string): Promise<AwsSsoInstance[] | undefined> {
  const { awsSsoInstances } = await import('../aws-config/aws-sso-config.ts');
  return awsSsoInstances(text);
}
