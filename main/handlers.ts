import type { CommandHandlers } from '../shared/commands.ts';
import { recorded } from './activity/recorded.ts';
import { examine } from './doctor.ts';
import { accountHandlers } from './handlers/accounts.ts';
import { activityHandlers } from './handlers/activity.ts';
import { configHandlers } from './handlers/config.ts';
import { configuredAccountHandlers } from './handlers/configured-accounts.ts';
import { connectionHandlers } from './handlers/connections.ts';
import type { HandlersDeps } from './handlers/deps.ts';
import { desktopHandlers } from './handlers/desktop.ts';
import { grantHandlers } from './handlers/grants.ts';
import { oidcHandlers } from './handlers/oidc.ts';
import { signInHandlers } from './handlers/sign-ins.ts';
import { toolHandlers } from './handlers/tools.ts';

/** What each command does. Input has been validated; output will be. */
export function createHandlers(deps: HandlersDeps): CommandHandlers {
  const { ports, state, accountsLoaded, stop } = deps;
  return recorded(
    {
      async state() {
        // A helper that has just started would show no accounts where there are some.
        await accountsLoaded.catch(() => undefined);
        return state.snapshot();
      },
      questions: async () => ({
        confirmations: state.get('confirmations'),
        prompts: state.get('prompts'),
      }),
      doctor: async () => ({ checks: await examine({ ports, state: state.snapshot() }) }),
      async shutdown() {
        stop();
        return {};
      },
      ...connectionHandlers(deps),
      ...signInHandlers(deps),
      ...oidcHandlers(deps),
      ...accountHandlers(deps),
      ...configuredAccountHandlers(deps),
      ...desktopHandlers(deps),
      ...toolHandlers(deps),
      ...configHandlers(deps),
      ...grantHandlers(deps),
      ...activityHandlers(deps),
    },
    deps,
  );
}
