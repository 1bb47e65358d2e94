import { readFile, stat } from 'node:fs/promises';
import { devNull, homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../../shared/places.ts';
import { type ConfigSection, parseAwsConfig } from '../../aws-config/parse.ts';

/**
 * The default profile of the AWS tools' files goes before the container endpoint in the order of
 * every SDK: where it yields credentials, a tool would act as somebody else than it was told to.
 */

const yieldingCredentials = [
  'aws_access_key_id',
  'credential_process',
  'credential_source',
  'login_session',
  'role_arn',
  'source_profile',
  'sso_account_id',
  'sso_session',
  'sso_start_url',
  'web_identity_token_file',
];

/** The variables that keep a tool from those files, none where they are in nobody's way. */
export async function withoutDefaultProfile(
  env: Environment,
  platform: string,
): Promise<Readonly<Record<string, string>>> {
  const home = (platform === 'win32' ? env.USERPROFILE : env.HOME) || homedir();
  const paths = {
    AWS_CONFIG_FILE: env.AWS_CONFIG_FILE || join(home, '.aws', 'config'),
    AWS_SHARED_CREDENTIALS_FILE:
      env.AWS_SHARED_CREDENTIALS_FILE || join(home, '.aws', 'credentials'),
  };
  const found = await Promise.all(
    Object.values(paths).map(async (path) => {
      const text = await textOf(path.replace(/^~(?=[\\/])/, () => home)).catch(() => '');
      return hasCredentials(parseAwsConfig(text).profiles.get('default'));
    }),
  );
  if (!found.includes(true)) return {};
  return { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };
}

/** A pipe (`AWS_CONFIG_FILE=<(…)`) can be read once: that is left to the program. */
async function textOf(path: string): Promise<string> {
  return (await stat(path)).isFile() ? await readFile(path, 'utf8') : '';
}

function hasCredentials(section: ConfigSection | undefined): boolean {
  return yieldingCredentials.some((key) => section?.has(key));
}
