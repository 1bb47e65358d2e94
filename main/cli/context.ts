import type { Check } from '../../shared/commands/checks.ts';
import type { CommandClient } from '../../shared/commands.ts';
import type { Environment, Places } from '../../shared/places.ts';
import type { ChildEnding } from './run-child.ts';
import type { SecretInput } from './secret-input.ts';
import type { Style } from './text/style.ts';

/** What a cold command works with; tests pass their own. */
export interface CliContext {
  readonly env: Environment;
  /** `process.platform`. */
  readonly platform: string;
  readonly places: Places;
  /** The shell in whose line this command stands, where the system tells: `fish`. */
  shell(): string | undefined;
  /** The command's `import.meta.url`: where it is installed. */
  readonly entry: string;
  /** Data, to stdout. */
  out(text: string): void;
  /** Messages, to stderr. */
  err(text: string): void;
  /** For what goes to stdout. */
  readonly style: Style;
  /** For what goes to stderr. */
  readonly errStyle: Style;
  /** Columns of the terminal, or undefined where stdout is none. */
  readonly columns: number | undefined;
  /** Whether stderr is a terminal on which a line can be written over. */
  readonly interactive: boolean;
  /** Epoch milliseconds. */
  now(): number;
  pause(milliseconds: number): Promise<void>;
  /** Asks for a yes or no on the terminal; undefined where there is none to ask on. */
  confirm(question: string): Promise<boolean | undefined>;
  /** Reads a line: what is typed after `question` on a terminal, else what is on stdin. */
  readLine(question: string): Promise<string>;
  /** Where secrets come from. */
  readonly secretInput: SecretInput;
  /** A client of the helper, which is started if none runs and `autostart` allows it. */
  connect(autostart: boolean): CommandClient;
  /** What is wrong with this terminal's set-up; `url` is the helper's loopback address. */
  inspect(url: string | undefined): Promise<readonly Check[]>;
  /** Runs a program with this process's own input and output, and waits for its end. */
  runChild(command: readonly string[], env: Environment): Promise<ChildEnding>;
  /** Turns this process into the helper; it goes on by itself after that. */
  becomeHelper(script: string, args: readonly string[]): Promise<void>;
  /** Runs `task` on Ctrl-C and its like, then ends the process; returns the way to stop listening. */
  onInterrupt(task: () => Promise<void>): () => void;
}

/** Options that every command takes. */
export interface CommonOptions {
  readonly autostart: boolean;
  readonly json?: boolean;
}

/** Prints a value as JSON, or what `text` makes of it for a person. */
export function print<T>(
  context: CliContext,
  options: CommonOptions,
  value: T,
  text: (value: T) => string,
): void {
  context.out(options.json ? `${JSON.stringify(value, null, 2)}\n` : text(value));
}
