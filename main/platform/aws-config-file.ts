import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { KeyfobError } from '../../shared/errors.ts';
import type { Environment } from '../../shared/places.ts';
import type { AwsFiles, Clock, ReadAwsConfig } from '../ports.ts';
import { errnoOf } from './file-errors.ts';
import { createForeignFile } from './foreign-file.ts';

/** Nobody writes as much by hand; a log named by mistake must not fill the memory. */
const maxBytes = 4 * 1024 * 1024;

/** Reads AWS_CONFIG_FILE, else `~/.aws/config`, where the AWS tools read it. */
export function createAwsConfigReader(env: Environment, platform: string): ReadAwsConfig {
  return () => readText(awsPath(env, platform, 'AWS_CONFIG_FILE', 'config'), 'AWS_CONFIG_FILE');
}

/** The files that the AWS tools read, where they read them. */
export function createAwsFiles(env: Environment, platform: string, clock: Clock): AwsFiles {
  const credentials = awsPath(env, platform, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials');
  return {
    config: createForeignFile({
      path: awsPath(env, platform, 'AWS_CONFIG_FILE', 'config'),
      clock,
      maxBytes,
    }),
    async credentialsProfiles() {
      const text = (await readText(credentials, 'AWS_SHARED_CREDENTIALS_FILE')) ?? '';
      // Of this file, the names alone: the rest is secret.
      return [...text.matchAll(/^\uFEFF?[ \t]*\[[ \t]*([^\]\r\n]*?)[ \t]*\]/gm)].map(
        ([, name = '']) => name,
      );
    },
    async readAwsSsoCliConfig() {
      const home = homeOf(env, platform);
      // Its newer place, then the older one.
      const newer = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'aws-sso', 'config.yaml');
      return (
        (await readText(newer, 'XDG_CONFIG_HOME')) ??
        (await readText(join(home, '.aws-sso', 'config.yaml'), 'HOME'))
      );
    },
  };
}

function homeOf(env: Environment, platform: string): string {
  return (platform === 'win32' ? env.USERPROFILE : env.HOME) || homedir();
}

function awsPath(env: Environment, platform: string, variable: string, name: string): string {
  const home = homeOf(env, platform);
  return (env[variable] || join(home, '.aws', name)).replace(/^~(?=[\\/])/, () => home);
}

async function readText(path: string, variable: string): Promise<string | null> {
  try {
    const found = await stat(path);
    // AWS_CONFIG_FILE=/dev/null is the usual way to have none; a pipe would never end.
    if (!found.isFile()) return null;
    if (found.size > maxBytes) throw unreadable(path, variable, 'it is larger than 4 MiB');
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = errnoOf(error);
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return null;
    throw error instanceof KeyfobError
      ? error
      : unreadable(path, variable, reason ?? 'unknown', error);
  }
}

function unreadable(path: string, variable: string, reason: string, cause?: unknown): KeyfobError {
  return new KeyfobError('file_unreadable', `${path} can't be read: ${reason}.`, {
    hint: `Check its owner and permissions, or set ${variable} to another place.`,
    details: { path, reason },
    cause,
  });
}
