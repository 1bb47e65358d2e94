import './without-eval.ts';
import { z } from 'zod';
import {
  type KeyfobBridge,
  type SliceChange,
  type StateEvent,
  type WindowCommandName,
  windowCommandNames,
} from '../shared/bridge.ts';
import { type CommandInput, type CommandResult, commands } from '../shared/commands.ts';
import { type ErrorInfo, errorCodes } from '../shared/errors.ts';
import { stateSchema } from '../shared/model.ts';

/** What carries JSON between the window and the helper. */
export interface BridgeTransport {
  /** Runs a command; both texts are JSON. */
  invoke(command: WindowCommandName, input: string): Promise<string>;
  /** Hears of each changed slice, as JSON `{"slice","value"}`. Returns the way to stop. */
  listen(onChange: (change: string) => void): () => void;
}

const errorInfoSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  hint: z.string().exactOptional(),
  details: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
    .exactOptional(),
});
const failureSchema = z.object({ ok: z.literal(false), error: errorInfoSchema });
const sliceSchema = z.object({ slice: stateSchema.keyof(), value: z.unknown() });

/**
 * Builds what the window may do: a frozen object with one method for each command, and no way to
 * name a channel. What goes out and what comes in is checked against the command schema. Methods
 * never reject: a failure is a result, since errors lose their code between worlds.
 */
export function createBridge(transport: BridgeTransport): KeyfobBridge {
  async function run<N extends WindowCommandName>(
    name: N,
    input: CommandInput<N>,
  ): Promise<CommandResult<N>> {
    const checked = commands[name].input.safeParse(input);
    if (!checked.success) {
      return failure('invalid_input', `${name}: ${z.prettifyError(checked.error)}`);
    }
    let answer: unknown;
    try {
      answer = JSON.parse(await transport.invoke(name, JSON.stringify(checked.data)));
    } catch {
      return failure('no_helper', 'The helper did not answer.', 'Quit Keyfob and start it again.');
    }
    const failed = failureSchema.safeParse(answer);
    if (failed.success) return failed.data;
    const succeeded = z
      .object({ ok: z.literal(true), value: commands[name].output })
      .safeParse(answer);
    // The schema of this very command made the value; TypeScript can't follow the lookup by name.
    if (succeeded.success) return succeeded.data as CommandResult<N>;
    return failure(
      'response_invalid',
      `The helper's answer to ${name} makes no sense here.`,
      'Window and helper may be of different versions: quit Keyfob and start it again.',
    );
  }

  function onState(listener: (event: StateEvent) => void): () => void {
    // Changes that arrive before the snapshot may be newer than it, so they are kept, not dropped.
    let early: SliceChange[] | undefined = [];
    let stopped = false;
    const stopListening = transport.listen((text) => {
      const change = parseChange(text);
      if (change === undefined || stopped) return;
      if (early === undefined) listener(change);
      else early.push(change);
    });
    run('state', {}).then((result) => {
      if (stopped) return;
      listener(
        result.ok
          ? { kind: 'snapshot', state: result.value }
          : { kind: 'failed', error: result.error },
      );
      for (const change of early ?? []) listener(change);
      early = undefined;
    });
    return () => {
      stopped = true;
      stopListening();
    };
  }

  const methods = Object.fromEntries(
    windowCommandNames.map((name) => [name, (input: never) => run(name, input)]),
  );
  return Object.freeze({ ...methods, onState }) as unknown as KeyfobBridge;
}

function parseChange(text: string): SliceChange | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const change = sliceSchema.safeParse(json);
  if (!change.success) return undefined;
  const { slice } = change.data;
  const value = stateSchema.shape[slice].safeParse(change.data.value);
  return value.success ? ({ kind: 'slice', slice, value: value.data } as SliceChange) : undefined;
}

function failure(
  code: ErrorInfo['code'],
  message: string,
  hint?: string,
): { ok: false; error: ErrorInfo } {
  return { ok: false, error: { code, message, ...(hint === undefined ? {} : { hint }) } };
}
