import { createHash, createHmac } from 'node:crypto';
import { KeyfobError } from '../../shared/errors.ts';
import { partitionOf } from '../identity-center/partitions.ts';
import type { SigningCredentials } from '../identity-center/sigv4.ts';

/** What git says to AWS CodeCommit instead of a password. Secret. */
export interface CodeCommitLogin {
  readonly username: string;
  readonly password: string;
  /** Epoch milliseconds, AWS's. */
  readonly expiresAt: number;
}

/** How long CodeCommit takes a signature. */
const goodForMs = 15 * 60_000;

/** The region in the host of a CodeCommit repository; undefined for any other host. */
export function codeCommitRegion(host: string): string | undefined {
  const [, region, suffix] =
    /^git-codecommit(?:-fips)?\.([a-z0-9-]+)\.([a-z.]+)$/.exec(host.toLowerCase()) ?? [];
  if (region === undefined) return undefined;
  try {
    return partitionOf(region).dnsSuffix === suffix ? region : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Signs the path of a repository as `aws codecommit credential-helper` does: Signature Version 4
 * over a request with the method GIT and the host as its only header.
 *
 * @param options.now epoch milliseconds, AWS's
 */
export function codeCommitLogin(options: {
  readonly host: string;
  readonly path: string;
  readonly credentials: SigningCredentials;
  readonly now: number;
}): CodeCommitLogin {
  const { host, path, credentials, now } = options;
  const region = codeCommitRegion(host);
  if (region === undefined) throw noCodeCommit(host);
  // Without the Z, which goes between time and signature.
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+Z$/g, '');
  const day = time.slice(0, 8);
  const request = `GIT\n/${path.replace(/^\/+/, '')}\n\nhost:${host.toLowerCase()}\n\nhost\n`;
  const scope = `${day}/${region}/codecommit/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n');
  const key = [day, region, 'codecommit', 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  );
  const { accessKeyId, sessionToken } = credentials;
  return {
    username: sessionToken === undefined ? accessKeyId : `${accessKeyId}%${sessionToken}`,
    password: `${time}Z${hmac(key, text).toString('hex')}`,
    expiresAt: now + goodForMs,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function noCodeCommit(host: string): KeyfobError {
  return new KeyfobError('invalid_input', `${host} is no host of AWS CodeCommit.`, {
    hint: 'AWS accounts sign for CodeCommit alone; for another host use an account that is a token.',
  });
}
