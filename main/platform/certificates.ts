import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { KeyfobError } from '../../shared/errors.ts';
import type { ClientCertificate, Ports } from '../ports.ts';
import { errnoOf } from './file-errors.ts';

const variables = ['AWS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'] as const;

/**
 * Whom TLS connections trust: Node's own list, the system's store, and the files that
 * `AWS_CA_BUNDLE` and `NODE_EXTRA_CA_CERTS` name, all together. Made once and shared, since
 * reading some hundred certificates anew for each connection takes longer than the connection.
 *
 * Rejects with `tls_error` when a file can't be read or holds no certificate.
 */
export async function createTrust(env: Ports['env']): Promise<SecureContext> {
  return createSecureContext({ ca: await authorities(env) });
}

/** What a client proves itself with, as its files hold it now. */
export interface ClientIdentity {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly files: ClientCertificate;
}

/** Reads a client certificate and its key. Rejects with `tls_error` where one can't be read. */
export async function readIdentity(files: ClientCertificate): Promise<ClientIdentity> {
  const [cert, key] = await Promise.all(
    [files.certificateFile, files.keyFile].map(async (path) => {
      return await readFile(path).catch((error: unknown) => {
        throw noIdentity(path, `can't be read (${errnoOf(error) ?? 'unknown reason'})`);
      });
    }),
  );
  return { cert: cert as Buffer, key: key as Buffer, files };
}

/** Trusts as `createTrust` does, and shows this identity. Rejects with `tls_error` likewise. */
export async function createTrustWith(
  env: Ports['env'],
  identity: ClientIdentity,
): Promise<SecureContext> {
  const { cert, key, files } = identity;
  const ca = await authorities(env);
  try {
    return createSecureContext({ ca, cert, key });
  } catch {
    // OpenSSL's message may quote the file. What is wrong is nearly always one of these.
    const why = `and ${files.certificateFile} are no PEM certificate and its key without a passphrase`;
    throw noIdentity(files.keyFile, why);
  }
}

async function authorities(env: Ports['env']): Promise<string[]> {
  const extra = await Promise.all(variables.map((variable) => certificatesIn(env, variable)));
  return [...new Set([...getCACertificates('default'), ...systemStore(), ...extra.flat()])];
}

/** A machine may have no store that Node can read; then the bundled list has to do. */
function systemStore(): string[] {
  try {
    return getCACertificates('system');
  } catch {
    return [];
  }
}

async function certificatesIn(
  env: Ports['env'],
  variable: (typeof variables)[number],
): Promise<string[]> {
  const path = env[variable];
  if (path === undefined || path === '') return [];
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unusable(variable, path, `can't be read (${errnoOf(error) ?? 'unknown reason'})`);
  });
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  if (blocks === null) throw unusable(variable, path, 'holds no certificate in PEM form');
  if (!blocks.every(isCertificate)) throw unusable(variable, path, 'holds a damaged certificate');
  return blocks;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function unusable(variable: string, path: string, why: string): KeyfobError {
  return new KeyfobError('tls_error', `${path}, which ${variable} names, ${why}.`, {
    hint: `Set ${variable} to a file of PEM certificates, or unset it, and restart the helper: end it with \`keyfob daemon --stop\`.`,
    details: { variable, path },
  });
}

function noIdentity(path: string, why: string): KeyfobError {
  return new KeyfobError('tls_error', `For the client certificate, ${path} ${why}.`, {
    hint: 'Correct the files of the client certificate in the connection. A key with a passphrase has to be saved without one.',
    details: { path },
  });
}
