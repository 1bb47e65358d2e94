/**
 * One value over several keychain items, such that a crash between any two of them leaves either
 * the old value or the new one.
 *
 * The head item, named by the key, is the truth: it holds the value's first bytes, the SHA-256 of
 * the whole, and in which of two slots the other parts lie. A write fills the slot that is not in
 * use, then replaces the head (a single item, which every platform replaces at once), then empties
 * the other slot. Parts are written upwards and deleted downwards, so that what a crash leaves
 * behind in a slot starts at part 1 without a gap, and can be found without listing the keychain
 * (keytar's `findCredentials` crashes the process on locked items).
 */
import { createHash } from 'node:crypto';
import { KeyfobError } from '../../shared/errors.ts';

/** A keychain's single items, as keytar gives them. */
export interface KeychainItems {
  get(account: string): Promise<string | null>;
  set(account: string, secret: string): Promise<void>;
  /** False where there was none. */
  delete(account: string): Promise<boolean>;
}

export interface SplitItems {
  /** Rejects with `secret_damaged` where the items do not make up what was written. */
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<void>;
  /** False where there was nothing. */
  delete(key: string): Promise<boolean>;
}

type Slot = 'a' | 'b';
type Encoding = 'text' | 'base64';

interface Head {
  readonly slot: Slot;
  readonly parts: number;
  readonly encoding: Encoding;
  readonly sha256: string;
  readonly start: string;
}

/** Windows takes 2,560 bytes an item, of the UTF-8 that keytar stores; the rest is left for others. */
const maxItemBytes = 2_400;
const headPattern = /^keyfob\/1 ([ab]) (\d{1,5}) (text|base64) ([A-Za-z0-9_-]{43})\n/;
const maxHeadLine = 'keyfob/1 a 99999 base64 \n'.length + 43;

/** Calls for one key must not overlap. */
export function createSplitItems(items: KeychainItems): SplitItems {
  /** What this process wrote last and saw through to the end: the other slot is known to be empty. */
  const written = new Map<string, { readonly slot: Slot; readonly parts: number }>();

  async function get(key: string): Promise<string | null> {
    let text = await items.get(headName(key));
    // A second helper may be writing: its head tells that what was read before is no longer there.
    for (let attempt = 0; attempt < 3 && text !== null; attempt++) {
      const value = await assemble(key, text);
      if (value !== undefined) return value;
      const again = await items.get(headName(key));
      if (again === text) throw damaged(key);
      text = again;
    }
    if (text !== null) throw damaged(key);
    return null;
  }

  async function assemble(key: string, text: string): Promise<string | undefined> {
    const head = parseHead(text);
    if (head === undefined) return undefined;
    const chunks = [head.start];
    for (let part = 1; part <= head.parts; part++) {
      const chunk = await items.get(partName(key, head.slot, part));
      if (chunk === null) return undefined;
      chunks.push(chunk);
    }
    const whole = chunks.join('');
    if (sha256(whole) !== head.sha256) return undefined;
    return head.encoding === 'text' ? whole : Buffer.from(whole, 'base64').toString('utf16le');
  }

  async function set(key: string, value: string): Promise<void> {
    const known = written.get(key);
    written.delete(key);
    const current = known ?? parseHead((await items.get(headName(key))) ?? '');
    const old: Slot = current?.slot ?? 'b';
    const slot: Slot = old === 'a' ? 'b' : 'a';
    if (known === undefined) await empty(key, slot, 0);

    const { encoding, text } = encode(value);
    const [start = '', ...parts] = split(text, maxItemBytes - maxHeadLine, maxItemBytes);
    for (const [index, chunk] of parts.entries()) {
      await items.set(partName(key, slot, index + 1), chunk);
    }
    const line = `keyfob/1 ${slot} ${parts.length} ${encoding} ${sha256(text)}\n`;
    await items.set(headName(key), line + start);

    try {
      if (known === undefined) await empty(key, old, current?.parts ?? 0);
      else await deleteParts(key, old, known.parts);
      written.set(key, { slot, parts: parts.length });
    } catch {
      // The new value holds. What is left of the old one goes with the next write.
    }
  }

  async function remove(key: string): Promise<boolean> {
    const known = written.get(key);
    written.delete(key);
    const head = known ?? parseHead((await items.get(headName(key))) ?? '');
    const existed = await items.delete(headName(key));
    for (const slot of ['a', 'b'] as const) {
      await empty(key, slot, head?.slot === slot ? head.parts : 0);
    }
    return existed;
  }

  /** Deletes a slot's parts: those known of, and those that a crash left. */
  async function empty(key: string, slot: Slot, known: number): Promise<void> {
    let top = known;
    while ((await items.get(partName(key, slot, top + 1))) !== null) top++;
    await deleteParts(key, slot, top);
  }

  async function deleteParts(key: string, slot: Slot, top: number): Promise<void> {
    for (let part = top; part >= 1; part--) await items.delete(partName(key, slot, part));
  }

  return { get, set, delete: remove };
}

function headName(key: string): string {
  return key;
}

function partName(key: string, slot: Slot, part: number): string {
  return `${key}/${slot}/${part}`;
}

function parseHead(text: string): Head | undefined {
  const match = headPattern.exec(text);
  if (match === null) return undefined;
  const [line, slot, parts, encoding, digest] = match;
  return {
    slot: slot as Slot,
    parts: Number(parts),
    encoding: encoding as Encoding,
    sha256: digest ?? '',
    start: text.slice(line.length),
  };
}

/** Keychains pass on text up to the first NUL, and only text that is Unicode. */
function encode(value: string): { encoding: Encoding; text: string } {
  if (value.isWellFormed() && !value.includes('\0')) return { encoding: 'text', text: value };
  return { encoding: 'base64', text: Buffer.from(value, 'utf16le').toString('base64') };
}

/** Splits between characters, by UTF-8 bytes. */
function split(text: string, firstBytes: number, otherBytes: number): string[] {
  const bytes = Buffer.from(text);
  const chunks: string[] = [];
  for (let from = 0; from < bytes.length; ) {
    let to = Math.min(bytes.length, from + (chunks.length === 0 ? firstBytes : otherBytes));
    while (to < bytes.length && isContinuation(bytes[to])) to--;
    chunks.push(bytes.toString('utf8', from, to));
    from = to;
  }
  return chunks;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function damaged(key: string): KeyfobError {
  return new KeyfobError('secret_damaged', `What the keychain holds for ${key} is incomplete.`, {
    hint: `Sign in again: \`keyfob login ${key}\`. That replaces it.`,
    details: { key },
  });
}
