import type { Command } from 'commander';
import type { State } from '../../../shared/model.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption } from '../help.ts';
import { settledState } from '../settled-state.ts';
import { statusText } from '../text/status-text.ts';

/** `status`. */
export function addStatus(program: Command, context: CliContext): void {
  const status = program
    .command('status')
    .description('What runs, what is signed in, which account is active')
    .option(...jsonOption)
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const state = await settledState(context, options);
      print(context, options, statusOf(state), () => statusText(state, context));
    });
  examples(status, [['Is acme signed in?', "keyfob status --json | jq '.connections[0].state'"]]);
}

/** What `status --json` prints: the state without the list of accounts. */
export function statusOf(state: State) {
  return {
    helper: state.helper,
    active: state.accounts.find((account) => account.id === state.active) ?? null,
    connections: state.connections.map(({ settings, session, catalogue }) => ({
      name: settings.name,
      kind: settings.kind,
      ...session,
      accounts: catalogue.accounts,
      syncing: catalogue.syncing,
    })),
    signIns: state.signIns.filter((signIn) => signIn.state === 'pending'),
    problems: state.problems,
  };
}
