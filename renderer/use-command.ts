import { useRef, useState } from 'react';
import type { WindowCommandName } from '../shared/bridge.ts';
import type { CommandInput, CommandOutput, CommandResult } from '../shared/commands.ts';
import type { ErrorInfo } from '../shared/errors.ts';
import { useKeyfob } from './store.ts';

/** A command as one view uses it: whether it runs, and how it went last. */
export interface UsedCommand<N extends WindowCommandName> {
  readonly pending: boolean;
  readonly value: CommandOutput<N> | undefined;
  readonly error: ErrorInfo | undefined;
  run(input: CommandInput<N>): Promise<CommandResult<N>>;
  /** Forgets how it went, and what is still under way. */
  reset(): void;
}

/**
 * Runs a command for a view that shows the outcome in its own place, rather than on top. The
 * answer to an earlier call never replaces that of a later one.
 */
export function useCommand<N extends WindowCommandName>(name: N): UsedCommand<N> {
  const call = useKeyfob((view) => view.call);
  const latest = useRef(0);
  const [shown, setShown] = useState<{ pending: boolean; result?: CommandResult<N> }>({
    pending: false,
  });
  const { result } = shown;
  return {
    pending: shown.pending,
    value: result?.ok === true ? result.value : undefined,
    error: result?.ok === false ? result.error : undefined,
    async run(input) {
      latest.current += 1;
      const mine = latest.current;
      setShown((before) => ({ ...before, pending: true }));
      const answer = await call(name, input);
      if (mine === latest.current) setShown({ pending: false, result: answer });
      return answer;
    },
    reset() {
      latest.current += 1;
      setShown({ pending: false });
    },
  };
}
