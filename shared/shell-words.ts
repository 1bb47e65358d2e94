/** What a shell has to be told so that its programs find other environment variables. */

/** A shell whose words can be set as environment variables. */
export type Shell = 'sh' | 'fish' | 'powershell';

export interface EnvironmentChange {
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
}

/** The lines that make the change in a shell, for its `eval`. */
export function shellText({ set, unset }: EnvironmentChange, shell: Shell): string {
  const { line, without } = shells[shell];
  const lines = [
    ...(unset.length === 0 ? [] : [without(unset)]),
    ...Object.entries(set).map(([name, value]) => line(name, value)),
  ];
  return lines.map((text) => `${text}\n`).join('');
}

interface ShellWords {
  readonly line: (name: string, value: string) => string;
  readonly without: (names: readonly string[]) => string;
}

// Within single quotes each shell leaves all but a few characters alone.
const shells: Record<Shell, ShellWords> = {
  sh: {
    line: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
    without: (names) => `unset ${names.join(' ')}`,
  },
  fish: {
    line: (name, value) => `set -gx ${name} '${value.replaceAll(/[\\']/g, '\\$&')}'`,
    // A variable may be there in a scope of its own.
    without: (names) => `set -e ${names.join(' ')}`,
  },
  powershell: {
    line: (name, value) => `$Env:${name} = '${value.replaceAll(/['‘’‚‛]/g, '$&$&')}'`,
    without: (names) =>
      `Remove-Item -ErrorAction SilentlyContinue ${names.map((name) => `Env:${name}`).join(', ')}`,
  },
};
