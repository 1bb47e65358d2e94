import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority that nobody trusts yet. Everything is made anew for each run; nothing is kept. */
export interface CertificateAuthority {
  readonly folder: string;
  /** A PEM file with the authority's own certificate. */
  readonly file: string;
  /** A server's certificate, for host names and addresses. `days` may be negative: it has expired then. */
  issue(names: readonly string[], days?: number): Certificate;
  remove(): void;
}

/** Makes an authority with openssl. */
export function createCertificateAuthority(): CertificateAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'keyfob-ca-'));
  const path = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const file = path('ca.pem');
  const subject = ['-subj', '/CN=Keyfob test authority'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    path('ca.key'),
    '-out',
    file,
    ...subject,
    '-days',
    '2',
  );

  let issued = 0;
  return {
    folder,
    file,
    issue(names, days = 2) {
      issued += 1;
      const [key, request, extensions, cert] = ['key', 'csr', 'ext', 'pem'].map((suffix) =>
        path(`server-${issued}.${suffix}`),
      ) as [string, string, string, string];
      const name = names[0] ?? 'localhost';
      openssl('req', ...newKey, '-keyout', key, '-out', request, '-subj', `/CN=${name}`);
      writeFileSync(
        extensions,
        `subjectAltName=${names.map((each) => `${isIP(each) === 0 ? 'DNS' : 'IP'}:${each}`).join(',')}\n`,
      );
      const signing = ['-CA', file, '-CAkey', path('ca.key'), '-CAcreateserial'];
      const output = ['-days', String(days), '-extfile', extensions, '-out', cert];
      openssl('x509', '-req', '-in', request, ...signing, ...output);
      return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
