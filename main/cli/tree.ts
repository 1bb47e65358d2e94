import { type Argument, type Command, Help, type Option } from 'commander';

/** The program's own commands as plain values: what completions and the manual are made of. */

/** What an argument, or an option's value, may be. */
export type ValueKind =
  | { readonly kind: 'account' | 'connection' | 'file' | 'other' }
  | { readonly kind: 'choices'; readonly choices: readonly string[] };

export interface OptionNode {
  readonly long: string;
  readonly short?: string;
  /** How the value is called in the help; absent: the option takes none. */
  readonly valueName?: string;
  readonly value: ValueKind;
  readonly description: string;
}

export interface ArgumentNode {
  readonly name: string;
  readonly required: boolean;
  readonly variadic: boolean;
  readonly value: ValueKind;
  readonly description: string;
}

export interface CommandNode {
  /** Without the program's own name: `connection add`; empty for the program. */
  readonly path: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly description: string;
  /** One line of it. */
  readonly summary: string;
  readonly options: readonly OptionNode[];
  readonly arguments: readonly ArgumentNode[];
  readonly commands: readonly CommandNode[];
  /** The help as it is printed. */
  readonly help: string;
}

const help = Object.assign(new Help(), { showGlobalOptions: true });

/** Reads the tree below a command; the program itself for all of it. */
export function commandTree(command: Command, path = ''): CommandNode {
  const own = help.visibleOptions(command);
  const inherited = help
    .visibleGlobalOptions(command)
    .filter(({ long }) => long === '--no-autostart');
  const below = help
    .visibleCommands(command)
    .filter((child) => path === '' || child.name() !== 'help');
  return {
    path,
    name: command.name(),
    aliases: command.aliases(),
    description: command.description(),
    summary: (command.summary() || command.description()).replace(/\s+/g, ' ').trim(),
    options: [...own, ...inherited].flatMap(optionNode),
    arguments: command.registeredArguments.map((argument) => argumentNode(argument, path)),
    commands: below.map((child) => commandTree(child, `${path} ${child.name()}`.trim())),
    help: command.helpInformation(),
  };
}

/** The node and all below it, from the top. */
export function everyNode(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(everyNode)];
}

function optionNode(option: Option): OptionNode[] {
  const { long, short, description, argChoices } = option;
  if (long === undefined || long === null) return [];
  const valueName = /<([^>]+)>|\[([^\]]+)\]/.exec(option.flags)?.slice(1).find(Boolean);
  return [
    {
      long,
      ...(short === undefined || short === null ? {} : { short }),
      ...(valueName === undefined ? {} : { valueName }),
      value: valueKind(valueName ?? '', argChoices, long === '--connection'),
      description: description.replace(/\s+/g, ' ').trim(),
    },
  ];
}

function argumentNode(argument: Argument, path: string): ArgumentNode {
  const name = argument.name();
  return {
    name,
    required: argument.required,
    variadic: argument.variadic,
    value: valueKind(name, argument.argChoices, name === 'name' && path.startsWith('connection ')),
    description: argument.description.replace(/\s+/g, ' ').trim(),
  };
}

function valueKind(
  name: string,
  choices: readonly string[] | undefined,
  isConnection: boolean,
): ValueKind {
  if (choices !== undefined) return { kind: 'choices', choices };
  if (isConnection || name === 'connection') return { kind: 'connection' };
  if (name === 'account') return { kind: 'account' };
  return { kind: /^(file|path|folder|directory)$/.test(name) ? 'file' : 'other' };
}
