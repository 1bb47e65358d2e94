/**
 * The encrypted secrets file: JSON around one AES-256-GCM ciphertext, whose key scrypt (RFC 7914)
 * derives from a passphrase. All that is in the clear is authenticated as additional data.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { z } from 'zod';

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);

const kdfSchema = z.strictObject({
  name: z.literal('scrypt'),
  // Bounded, so that a doctored file can neither exhaust memory nor make guessing cheap.
  N: z
    .int()
    .min(2 ** 14)
    .max(2 ** 18),
  r: z.int().min(8).max(16),
  p: z.int().min(1).max(16),
  salt: base64.length(44),
});
export type KeyDerivation = z.infer<typeof kdfSchema>;

const fileSchema = z.strictObject({
  format: z.literal('keyfob-secrets'),
  version: z.literal(1),
  kdf: kdfSchema,
  /** Tells a wrong passphrase from damage. */
  check: base64,
  cipher: z.literal('aes-256-gcm'),
  nonce: base64.length(16),
  tag: base64.length(24),
  ciphertext: base64,
  /** SHA-256 of all the rest: tells accidents without a passphrase. */
  checksum: base64,
});
export type SecretsFile = z.infer<typeof fileSchema>;

const secretsSchema = z.record(z.string(), z.string());

/** What a passphrase becomes: one key to encrypt, one to recognise itself by. */
export interface SecretsKey {
  readonly kdf: KeyDerivation;
  readonly encryption: Buffer;
  readonly check: string;
}

export type Cost = Pick<KeyDerivation, 'N' | 'r' | 'p'>;

/** 32 MiB and about 0.2 s: one of OWASP's equivalents, chosen for its memory. */
const usualCost: Cost = { N: 2 ** 15, r: 8, p: 3 };

/** A way to a new key: the same cost as ever, and a salt of its own. */
export function newKeyDerivation(cost = usualCost): KeyDerivation {
  return { name: 'scrypt', ...cost, salt: randomBytes(32).toString('base64') };
}

/** Off the main thread. */
export async function deriveKey(kdf: KeyDerivation, passphrase: string): Promise<SecretsKey> {
  const { N, r, p, salt } = kdf;
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    scrypt(
      // The same passphrase typed on another system may be composed differently.
      passphrase.normalize('NFC'),
      Buffer.from(salt, 'base64'),
      64,
      { N, r, p, maxmem: 256 * N * r },
      (error, key) => (error === null ? resolve(key) : reject(error)),
    );
  });
  const check = createHmac('sha256', bytes.subarray(32)).update(clearText(kdf)).digest('base64');
  return { kdf, encryption: bytes.subarray(0, 32), check };
}

/** Undefined where the text is not a whole file of this format. */
export function parseSecretsFile(text: string): SecretsFile | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { checksum, ...rest } = parsed.data;
  return checksumOf(rest) === checksum ? parsed.data : undefined;
}

/** Whether this key encrypted the file: a wrong passphrase is told from damage by it. */
export function isKeyOf(key: SecretsKey, file: SecretsFile): boolean {
  const [ours, theirs] = [Buffer.from(key.check), Buffer.from(file.check)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}

/** The whole file's text. */
export function encryptSecrets(key: SecretsKey, secrets: ReadonlyMap<string, string>): string {
  // Fresh for every write: GCM breaks when a key meets a nonce twice.
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key.encryption, nonce);
  cipher.setAAD(Buffer.from(clearText(key.kdf)));
  const plain = JSON.stringify(Object.fromEntries(secrets));
  const ciphertext = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  const file = {
    format: 'keyfob-secrets',
    version: 1,
    kdf: key.kdf,
    check: key.check,
    cipher: 'aes-256-gcm',
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    ciphertext: ciphertext.toString('base64'),
  } as const;
  return `${JSON.stringify({ ...file, checksum: checksumOf(file) })}\n`;
}

/** Undefined where the ciphertext is not what was written with this key. */
export function decryptSecrets(
  key: SecretsKey,
  file: SecretsFile,
): Map<string, string> | undefined {
  const nonce = Buffer.from(file.nonce, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key.encryption, nonce);
  decipher.setAAD(Buffer.from(clearText(file.kdf)));
  decipher.setAuthTag(Buffer.from(file.tag, 'base64'));
  try {
    const plain = Buffer.concat([
      decipher.update(Buffer.from(file.ciphertext, 'base64')),
      decipher.final(),
    ]);
    return new Map(Object.entries(secretsSchema.parse(JSON.parse(plain.toString()))));
  } catch {
    return undefined;
  }
}

/** The header, in one fixed order. */
function clearText({ name, N, r, p, salt }: KeyDerivation): string {
  return JSON.stringify(['keyfob-secrets', 1, 'aes-256-gcm', name, N, r, p, salt]);
}

function checksumOf(file: Omit<SecretsFile, 'checksum'>): string {
  const { check, nonce, tag, ciphertext } = file;
  const text = [clearText(file.kdf), check, nonce, tag, ciphertext].join('\n');
  return createHash('sha256').update(text).digest('base64');
}
