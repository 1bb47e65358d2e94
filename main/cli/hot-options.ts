/** The little that the hot commands need of reading arguments; the cold ones have a library. */

export interface HotOptions<N extends string> {
  readonly words: readonly string[];
  /** By name: the last value that was given, or of a `list` all of them with blanks between. */
  readonly values: Readonly<Partial<Record<N, string>>>;
  readonly autostart: boolean;
}

/**
 * Words, and options with a value (`--name value`, `--name=value`) or without one (then the value
 * is empty). Undefined for anything else, which is left to the cold command.
 */
export function readHotOptions<N extends string>(
  args: readonly string[],
  names: Readonly<Record<N, 'value' | 'list' | 'flag'>>,
): HotOptions<N> | undefined {
  const words: string[] = [];
  const values: Partial<Record<N, string>> = {};
  let autostart = true;
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    const equals = arg.startsWith('--') ? arg.indexOf('=') : -1;
    const name = equals === -1 ? arg : arg.slice(0, equals);
    if (isNamed(name, names)) {
      if (names[name] === 'flag') {
        if (equals !== -1) return undefined;
        values[name] = '';
        continue;
      }
      if (equals === -1) i += 1;
      const value = equals === -1 ? args[i] : arg.slice(equals + 1);
      if (value === undefined || value === '' || value.startsWith('-')) return undefined;
      const before = names[name] === 'list' ? values[name] : undefined;
      values[name] = before === undefined ? value : `${before} ${value}`;
    } else if (arg === '--no-autostart') autostart = false;
    else if (arg === '' || arg.startsWith('-')) return undefined;
    else words.push(arg);
  }
  return { words, values, autostart };
}

function isNamed<N extends string>(name: string, names: Readonly<Record<N, unknown>>): name is N {
  return Object.hasOwn(names, name);
}
