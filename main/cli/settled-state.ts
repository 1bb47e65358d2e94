import type { State } from '../../shared/model.ts';
import type { CliContext, CommonOptions } from './context.ts';

/**
 * The helper's state. One that has just started may still be reading the keychain; it is given a
 * moment, so that a person does not see `unknown` for no reason.
 */
export async function settledState(
  context: CliContext,
  options: CommonOptions,
  patienceMs = 2_000,
): Promise<State> {
  const client = context.connect(options.autostart);
  const deadline = context.now() + patienceMs;
  for (;;) {
    const state = await client.call('state', {});
    const waiting = state.connections.some(
      ({ session }) => session.state === 'unknown' && session.error === undefined,
    );
    if (!waiting || context.now() >= deadline) return state;
    await context.pause(100);
  }
}
