import type { CommandHandlers } from '../../shared/commands.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { StateStore } from '../state.ts';

/**
 * Asks the person, outside of the window's page, whether pages may be opened by this command.
 * `connection`: for the pages of that one alone.
 */
export type AskForCommand = (
  question: { readonly command: string; readonly connection?: string },
  signal: AbortSignal,
) => Promise<boolean>;

/**
 * The window's handlers, of which none sets the command that opens pages before the person has
 * said yes where no page can say it for them: a page that somebody else has taken over could
 * otherwise run programs. To take a command away needs no yes.
 */
export function guardBrowserCommands(
  handlers: CommandHandlers,
  state: StateStore,
  ask: AskForCommand,
): CommandHandlers {
  async function mustAllow(
    wanted: string | null | undefined,
    present: string | null | undefined,
    connection: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (wanted === undefined || wanted === null || wanted === present) return;
    const about = connection === undefined ? {} : { connection };
    if (await ask({ command: wanted, ...about }, signal)) return;
    throw new KeyfobError('refused', 'The command was not changed.', {
      hint: 'Keyfob asks before it opens pages by a new command. Set it again, and say yes.',
    });
  }

  return {
    ...handlers,
    async 'settings.change'(input, context) {
      const present = state.get('settings').browser;
      await mustAllow(input.changes.browser, present, undefined, context.signal);
      return await handlers['settings.change'](input, context);
    },
    async 'connection.update'(input, context) {
      const { connection, browser } = input;
      const present = state.get('connections').find(({ settings }) => settings.name === connection)
        ?.settings.browser;
      await mustAllow(browser, present, connection, context.signal);
      return await handlers['connection.update'](input, context);
    },
    async 'connection.add'(input, context) {
      await mustAllow(input.browser, undefined, input.name, context.signal);
      return await handlers['connection.add'](input, context);
    },
  };
}
