import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { Check } from '../../../shared/commands/checks.ts';
import type { Environment } from '../../../shared/places.ts';
import { type ConfigSection, parseAwsConfig } from '../../aws-config/parse.ts';
import type { AwsFiles } from '../../ports.ts';
import { failure, warning } from './check.ts';

/** Keys of a profile that the AWS tools look at before `credential_process`. */
const before = [
  'sso_session',
  'sso_start_url',
  'sso_account_id',
  'sso_role_name',
  'role_arn',
  'web_identity_token_file',
];

/** Profiles that are meant to get their credentials from Keyfob, and do not. */
export async function checkAwsProfiles(
  files: Pick<AwsFiles, 'config' | 'credentialsProfiles'>,
  env: Environment,
): Promise<readonly Check[]> {
  const [{ text, path }, keyed] = await Promise.all([
    files.config.read(),
    files.credentialsProfiles(),
  ]);
  const { profiles } = parseAwsConfig(text ?? '');
  const found: Check[] = [];
  for (const [name, profile] of profiles) {
    const line = profile.get('credential_process');
    if (line === undefined || !/\bkeyfob(\.exe|\.cmd|\.ts|\.cjs)?\b/.test(line)) continue;
    found.push(...checkProfile(name, profile, keyed), ...(await checkProgram(name, line)));
  }
  const ours = found.length === 0 ? countOfOurs(profiles) : 0;
  if (ours > 0) {
    const message = `${ours} profile${ours === 1 ? '' : 's'} of ${path} get${ours === 1 ? 's' : ''} credentials from Keyfob.`;
    found.push({ id: 'aws.profiles', status: 'ok', message });
  }
  return [...found, ...checkChosen(env, profiles, keyed, path)];
}

function countOfOurs(profiles: ReadonlyMap<string, ConfigSection>): number {
  return [...profiles.values()].filter((profile) =>
    profile.get('credential_process')?.includes('keyfob'),
  ).length;
}

function checkProfile(
  name: string,
  profile: ConfigSection,
  keyed: readonly string[],
): readonly Check[] {
  const id = `aws.profile.${name}`;
  const others = before.filter((key) => profile.has(key));
  const found: Check[] = [];
  if (others.length > 0) {
    found.push(
      warning(
        id,
        `The profile ${name} has ${others.join(', ')} beside credential_process: the AWS tools go by those, and not by Keyfob.`,
        `Take them out of the profile ${name}, or its credential_process.`,
      ),
    );
  }
  if (keyed.includes(name)) {
    found.push(
      warning(
        id,
        `The profile ${name} has keys in the file of shared credentials, which go before Keyfob's.`,
        `Take [${name}] out of ~/.aws/credentials.`,
      ),
    );
  }
  return found;
}

/** The first word of a `credential_process`, as the AWS tools part it. */
async function checkProgram(name: string, line: string): Promise<readonly Check[]> {
  const program = /^\s*(?:"([^"]*)"|(\S+))/
    .exec(line)
    ?.slice(1)
    .find((word) => word !== undefined);
  if (program === undefined || !isAbsolute(program)) return [];
  const there = await stat(program).then(
    (one) => one.isFile(),
    () => false,
  );
  if (there) return [];
  return [
    failure(
      `aws.profile.${name}`,
      `The profile ${name} calls ${program}, which is not there.`,
      'Write its credential_process anew: `keyfob config sync`, or the line that `keyfob login` shows.',
    ),
  ];
}

function checkChosen(
  { AWS_PROFILE: chosen }: Environment,
  profiles: ReadonlyMap<string, ConfigSection>,
  keyed: readonly string[],
  path: string,
): readonly Check[] {
  if (chosen === undefined || chosen === '' || keyed.includes(chosen)) return [];
  const profile = profiles.get(chosen);
  if (profile === undefined) {
    return [
      failure(
        'aws.AWS_PROFILE',
        `AWS_PROFILE names ${chosen}, and there is no such profile in ${path}.`,
        'Unset AWS_PROFILE, or add the profile.',
      ),
    ];
  }
  if (profile.get('credential_process')?.includes('keyfob')) return [];
  return [
    warning(
      'aws.AWS_PROFILE',
      `AWS_PROFILE names ${chosen}, which does not get its credentials from Keyfob.`,
      'Unset AWS_PROFILE to follow the active account, unless you mean it.',
    ),
  ];
}
