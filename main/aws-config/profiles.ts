import type { AwsAccount } from '../../shared/account.ts';
import type { AwsConfigSettings } from '../../shared/aws-config-settings.ts';
import type { ProfileConflict } from '../../shared/commands/config.ts';
import type { Section } from './block.ts';
import type { Header } from './botocore.ts';
import { profileNameOf } from './names.ts';

export interface ProfilesInput {
  readonly settings: AwsConfigSettings;
  /** The chosen ones. */
  readonly accounts: readonly AwsAccount[];
  /** How the `keyfob` command is called, quoted. */
  readonly command: string;
  /** Undefined: the account's tools have to be told another way. */
  readonly regionOf: (account: AwsAccount | undefined) => string | undefined;
  /** The sections of the file that are not Keyfob's. */
  readonly headers: readonly Header[];
  /** The profiles in the file of credentials, which go before those of the configuration. */
  readonly credentials: readonly string[];
}

export interface Profiles {
  /** Ordered by name, `default` first. */
  readonly sections: readonly Section[];
  readonly conflicts: readonly ProfileConflict[];
}

/** What the block is to hold. Nothing of the person's is ever shadowed: who clashes goes without. */
export function profilesOf(input: ProfilesInput): Profiles {
  const { settings, accounts, headers } = input;
  const conflicts: ProfileConflict[] = leaks(headers);
  const sections: Section[] = [];
  const taken = takenNames(headers);
  const credentials = new Set(input.credentials);

  const isFree = (profile: string, accounts: readonly string[]): boolean => {
    const line = taken.get(profile);
    if (line !== undefined) {
      conflicts.push({
        profile,
        reason: 'outside',
        accounts: [...accounts],
        line,
        message: `[${headerOf(profile)}] is yours already, in line ${line}`,
      });
    } else if (credentials.has(profile)) {
      conflicts.push({
        profile,
        reason: 'credentials',
        accounts: [...accounts],
        message: `[${profile}] is in your file of credentials, whose keys would go first`,
      });
    }
    return line === undefined && !credentials.has(profile);
  };

  if (settings.default && isFree('default', []))
    sections.push(section(undefined, 'default', input));

  const byName = Map.groupBy(accounts, (account) => profileNameOf(account, settings.template));
  const named = [...byName].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, [account, ...others]] of named) {
    if (account === undefined) continue;
    const paths = [account, ...others].map(({ path }) => path);
    if (others.length > 0) {
      conflicts.push({
        profile: name,
        reason: 'same_name',
        accounts: paths,
        message: `${paths.length} accounts would be called ${name || 'nothing'}; put {account} or {accountId} and {role} into the template`,
      });
    } else if (!isWritable(name, account)) {
      conflicts.push({
        profile: name,
        reason: 'unwritable',
        accounts: paths,
        message: `${name === 'default' ? 'default means another thing' : 'its name can not be written so that every tool reads it'}`,
      });
    } else if (isFree(name, paths)) {
      sections.push(section(account, name, input));
    }
  }
  return { sections, conflicts };
}

function section(account: AwsAccount | undefined, name: string, input: ProfilesInput): Section {
  const { settings, command, regionOf } = input;
  // By id: a path changes when somebody calls the AWS account otherwise.
  const words = [command, 'credential-process', ...(account === undefined ? [] : [account.id])];
  const region = settings.region ?? regionOf(account);
  return {
    header: headerOf(name),
    lines: [
      `credential_process = ${words.join(' ')}`,
      ...(region === undefined ? [] : [`region = ${region}`]),
      ...(settings.output === null ? [] : [`output = ${settings.output}`]),
    ],
  };
}

function headerOf(profile: string): string {
  return profile === 'default' ? 'default' : `profile ${profile}`;
}

/** The id goes to a shell without quotes, the name to every reader's own grammar. */
function isWritable(name: string, { id }: AwsAccount): boolean {
  return /^[\w.@+/:-]{1,128}$/.test(name) && name !== 'default' && /^[\w.@+/:=,-]{1,512}$/.test(id);
}

/**
 * The names that sections outside of the block have for any reader: AWS's tools do not agree about
 * quotes and blanks.
 */
function takenNames(headers: readonly Header[]): Map<string, number> {
  const taken = new Map<string, number>();
  for (const { name: header, line } of headers) {
    // Python takes all up to the last bracket of the line, others all up to the first.
    for (const reading of [header, header.replace(/\].*$/s, '')]) {
      const text = reading.trim();
      if (text === 'default') taken.set('default', line);
      const rest = /^profile\s+(.+)$/s.exec(text)?.[1]?.trim();
      if (rest === undefined) continue;
      taken.set(rest, line);
      // As a shell would: quotes go, wherever they stand.
      taken.set(rest.replaceAll(/["']/g, '').replaceAll(/\\(.)/gs, '$1'), line);
    }
  }
  return taken;
}

function leaks(headers: readonly Header[]): ProfileConflict[] {
  return headers
    .filter(({ name }) => name === 'DEFAULT')
    .map(({ line }) => ({
      profile: 'DEFAULT',
      reason: 'leaks' as const,
      accounts: [],
      line,
      message: `[DEFAULT] in line ${line} gives its keys to every profile of the AWS CLI; [default] may be what is meant`,
    }));
}
