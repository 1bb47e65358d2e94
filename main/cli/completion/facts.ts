import { type CommandNode, everyNode, type ValueKind } from '../tree.ts';

/** Behind the two hyphens of this command stands the line of another program. */
export const another = 'exec';

/** The tree as the scripts need it: by path, each with what may come next. */
export interface Place {
  readonly path: string;
  readonly commands: readonly Described[];
  readonly options: readonly Described[];
  /** What each argument may be; the last one again and again where `variadic`. */
  readonly positions: readonly string[];
  readonly variadic: boolean;
  /** Options that take a value, and what it may be. */
  readonly values: readonly { readonly option: string; readonly kind: string }[];
  /** Words that lead on to another place. */
  readonly leads: readonly { readonly word: string; readonly to: string }[];
}

export interface Described {
  readonly word: string;
  readonly description: string;
}

/** All places of the program. */
export function placesIn(program: CommandNode): readonly Place[] {
  return everyNode(program).map((node) => ({
    path: node.path,
    commands: node.commands.map(({ name, summary }) => ({ word: name, description: summary })),
    options: node.options.flatMap(({ long, short, description }) =>
      [long, ...(short === undefined ? [] : [short])].map((word) => ({ word, description })),
    ),
    positions: node.arguments.map(({ value }) => kindWord(value)),
    variadic: node.arguments.at(-1)?.variadic ?? false,
    values: node.options.flatMap(({ long, short, valueName, value }) =>
      valueName === undefined
        ? []
        : [long, short].flatMap((option) =>
            option === undefined ? [] : [{ option, kind: kindWord(value) }],
          ),
    ),
    leads: node.commands.flatMap(({ name, aliases, path }) =>
      [name, ...aliases].map((word) => ({ word, to: path })),
    ),
  }));
}

/** `account`, `connection`, `file`, `other`, or `choices:a,b`. */
function kindWord(value: ValueKind): string {
  return value.kind === 'choices' ? `choices:${value.choices.join(',')}` : value.kind;
}
