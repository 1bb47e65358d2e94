import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { KeyfobError } from '../../shared/errors.ts';
import type { Ports } from '../ports.ts';
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
  const extra = await Promise.all(variables.map((variable) => certificatesIn(env, variable)));
  const ca = new Set([...getCACertificates('default'), ...systemStore(), ...extra.flat()]);
  return createSecureContext({ ca: [...ca] });
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
    hint: `Set ${variable} to a file of PEM certificates, or unset it, and restart the helper with \`keyfob daemon --replace\`.`,
    details: { variable, path },
  });
}
