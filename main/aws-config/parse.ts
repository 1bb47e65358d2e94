/**
 * Reading `~/.aws/config`. The AWS tools disagree about much of what is in such files; a
 * reader that only looks for what it knows can take whatever any of them takes.
 */

export interface AwsConfig {
  readonly ssoSessions: ReadonlyMap<string, ConfigSection>;
  readonly profiles: ReadonlyMap<string, ConfigSection>;
}

/** Keys in lower case. */
export type ConfigSection = ReadonlyMap<string, string>;

/**
 * Never throws. Sections given twice are one, and the last value of a key wins. Lines that no tool
 * understands, nested blocks and sections of other kinds are passed over.
 */
export function parseAwsConfig(text: string): AwsConfig {
  const ssoSessions = new Map<string, Map<string, string>>();
  const profiles = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;

  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|[\r\n]/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const header = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (header !== undefined) {
      section = open(header);
      continue;
    }
    // Indented lines go on with a value or nest below it; nothing we look for does either.
    if (section === undefined || /^\s/.test(line)) continue;
    const [, key, value] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) section.set(key.toLowerCase(), clean(value));
  }
  return { ssoSessions, profiles };

  function open(header: string): Map<string, string> | undefined {
    const [, kind, rest] = /^\s*(\S+)(?:\s+(.*?))?\s*$/.exec(header) ?? [];
    const name = unquote(rest ?? '');
    if (kind === 'default' && rest === undefined) return sectionOf(profiles, 'default');
    if (name === '') return undefined;
    if (kind === 'profile') return sectionOf(profiles, name);
    return kind === 'sso-session' ? sectionOf(ssoSessions, name) : undefined;
  }
}

function sectionOf(sections: Map<string, Map<string, string>>, name: string): Map<string, string> {
  const section = sections.get(name) ?? new Map<string, string>();
  sections.set(name, section);
  return section;
}

/** A comment needs a space before it: the `#` of a start URL has none. */
function clean(value: string): string {
  return unquote(value.replace(/(?:^|\s)[#;].*$/, '').trim());
}

function unquote(text: string): string {
  return /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;
}
