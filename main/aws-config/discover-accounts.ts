import { type Account, accountNameSchema } from '../../shared/account-schema.ts';
import type { FoundAccount, FoundConnection } from '../../shared/commands/config.ts';
import { type AwsSsoInstance, awsSsoRole } from './aws-sso-cli.ts';
import { placeOf, sectionOf } from './discover.ts';
import { type ConfigSection, parseAwsConfig } from './parse.ts';

export interface FoundAccounts {
  readonly accounts: readonly FoundAccount[];
  readonly skipped: readonly { readonly source: string; readonly reason: string }[];
}

interface Given {
  /** The connections in the same texts, under the names that they have or would get. */
  readonly connections: readonly FoundConnection[];
  readonly instances: readonly AwsSsoInstance[];
  readonly known: readonly Account[];
}

/** Why a profile can't be brought in; for the person, as the end of a sentence. */
interface Reason {
  readonly reason: string;
}

/**
 * The roles that profiles assume with another profile's credentials (`role_arn` and
 * `source_profile`), and what of the profiles can't be brought in. Profiles of Identity Center
 * roles are none of both: these accounts come with the sign-in.
 */
export function discoverAccounts(text: string, given: Given): FoundAccounts {
  const { ssoSessions, profiles } = parseAwsConfig(text);
  const found = new Map<string, FoundAccount | Reason>();
  const names = new Set(given.known.map(({ id }) => id));

  function connectionAt(section: ConfigSection): string | undefined {
    const session = ssoSessions.get(section.get('sso_session') ?? '');
    const place = placeOf(section) ?? (session === undefined ? undefined : placeOf(session));
    return given.connections.find(
      ({ startUrl, region }) => startUrl === place?.startUrl && region === place.region,
    )?.name;
  }

  /** The id of the account that a profile's credentials are of. */
  function signerOf(profile: string, way: readonly string[]): string | Reason {
    const section = profiles.get(profile);
    if (section === undefined) return { reason: `its source profile ${profile} is not there` };
    if (section.has('role_arn')) {
      const account = accountOf(profile, section, way);
      return 'reason' in account ? account : `${account.connection}/${account.name}`;
    }
    const accountId = section.get('sso_account_id') ?? section.get('granted_sso_account_id');
    const roleName = section.get('sso_role_name') ?? section.get('granted_sso_role_name');
    const connection = connectionAt(section);
    if (accountId !== undefined && roleName !== undefined && connection !== undefined) {
      return `${connection}/${accountId}/${roleName}`;
    }
    return byProcess(section.get('credential_process') ?? '', profile);
  }

  function byProcess(line: string, profile: string): string | Reason {
    const own = /\bcredential-process\s+"?([\w.@+/:=,-]+\/[\w.@+/:=,-]+)"?\s*$/.exec(line)?.[1];
    if (own !== undefined && /keyfob/i.test(line)) return own;
    const role = awsSsoRole(line);
    const instance = given.instances.find(({ name }) => name === role?.instance);
    const connection = instance === undefined ? undefined : connectionAt(sectionOf(instance));
    if (role !== undefined && connection !== undefined) {
      return `${connection}/${role.accountId}/${role.roleName}`;
    }
    if (isLeapp(line)) return { reason: leapp };
    return { reason: `its source profile ${profile} has no credentials of an Identity Center` };
  }

  function accountOf(
    profile: string,
    section: ConfigSection,
    way: readonly string[],
  ): FoundAccount | Reason {
    const present = found.get(profile);
    if (present !== undefined) return present;
    const made = way.includes(profile)
      ? { reason: 'its source profiles go in circles' }
      : assumedBy(profile, section, [...way, profile]);
    found.set(profile, made);
    return made;
  }

  function assumedBy(
    profile: string,
    section: ConfigSection,
    way: readonly string[],
  ): FoundAccount | Reason {
    const source = section.get('source_profile');
    if (section.has('web_identity_token_file')) {
      return { reason: 'it takes a token from a file; add an OpenID connection instead' };
    }
    if (section.has('credential_source')) {
      return { reason: 'its credentials come from the machine that it runs on' };
    }
    if (source === undefined) return { reason: 'it names no source profile' };
    if (source === profile) return { reason: 'its source are keys in the file of credentials' };
    const signer = signerOf(source, way);
    if (typeof signer !== 'string') return signer;
    return toAccount(profile, section, signer);
  }

  function toAccount(profile: string, section: ConfigSection, signer: string): FoundAccount {
    const [connection = ''] = signer.split('/');
    const roleArn = section.get('role_arn') ?? '';
    const externalId = section.get('external_id');
    const present = given.known.find(
      (account) =>
        account.kind === 'aws-assumed-role' &&
        account.roleArn === roleArn &&
        (account.source === signer || account.path === signer) &&
        account.externalId === externalId,
    );
    const duration = Number(section.get('duration_seconds') ?? Number.NaN);
    const options = {
      sessionName: section.get('role_session_name'),
      externalId,
      mfaSerial: section.get('mfa_serial'),
      durationSeconds: Number.isInteger(duration) ? duration : undefined,
      region: section.get('region'),
    };
    const set = Object.entries(options).filter(([, value]) => value !== undefined);
    return {
      name: present === undefined ? freeName(connection, profile) : nameOf(present.id),
      source: `profile ${profile}`,
      connection,
      signer,
      roleArn,
      ...(Object.fromEntries(set) as Partial<FoundAccount>),
      exists: present !== undefined,
    };
  }

  function freeName(connection: string, profile: string): string {
    const plain = profile.replace(/[^\w.+=,@-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
    const wish = accountNameSchema.safeParse(plain.slice(0, 56)).data ?? 'role';
    for (let number = 1; ; number++) {
      const name = number === 1 ? wish : `${wish}-${number}`;
      if (names.has(`${connection}/${name}`)) continue;
      names.add(`${connection}/${name}`);
      return name;
    }
  }

  const skipped: { source: string; reason: string }[] = [];
  for (const [profile, section] of profiles) {
    if (section.has('role_arn')) {
      const account = accountOf(profile, section, []);
      if ('reason' in account) {
        skipped.push({ source: `profile ${profile}`, reason: account.reason });
      }
    } else if (isLeapp(section.get('credential_process') ?? '')) {
      skipped.push({ source: `profile ${profile}`, reason: leapp });
    }
  }
  const accounts = [...found.values()].filter((one): one is FoundAccount => !('reason' in one));
  return { accounts, skipped };
}

const leapp =
  "it is Leapp's, whose workspace is encrypted: only its connections that other profiles tell of can be brought in";

function isLeapp(line: string): boolean {
  return /(?:^|[\\/"'\s])leapp(?:\.exe)?["']?\s+session\b/i.test(line);
}

function nameOf(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}
