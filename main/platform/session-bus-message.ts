/** D-Bus messages as bytes: method calls with string arguments, and whatever is the answer. */

export interface MethodCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly strings: readonly string[];
}

export interface BusReply {
  readonly type: 'return' | 'error' | 'other';
  readonly replySerial: number | undefined;
  readonly littleEndian: boolean;
  readonly body: Buffer;
}

const types = { call: 1, return: 2, error: 3 } as const;
const fields = { path: 1, interface: 2, member: 3, replySerial: 5, destination: 6, signature: 8 };
/** Do not start a service merely to ask it. */
const noAutoStart = 2;
const maxMessageBytes = 2 ** 20;

/** A METHOD_CALL message (D-Bus Specification, Message Format), little-endian. */
export function encodeCall(call: MethodCall, serial: number): Buffer {
  const body: number[] = [];
  for (const text of call.strings) putString(body, text);

  const header: number[] = [];
  putField(header, fields.path, 'o', call.path);
  putField(header, fields.interface, 's', call.interface);
  putField(header, fields.member, 's', call.member);
  putField(header, fields.destination, 's', call.destination);
  if (call.strings.length > 0) {
    align(header, 8);
    header.push(fields.signature, 1, 'g'.charCodeAt(0), 0);
    putSignature(header, 's'.repeat(call.strings.length));
  }

  const message: number[] = ['l'.charCodeAt(0), types.call, noAutoStart, 1];
  putUint32(message, body.length);
  putUint32(message, serial);
  putUint32(message, header.length);
  message.push(...header);
  align(message, 8);
  message.push(...body);
  return Buffer.from(message);
}

/** Takes the first whole message off `bytes`; undefined where more must come. */
export function takeMessage(bytes: Buffer): { value: BusReply; rest: Buffer } | undefined {
  if (bytes.length < 16) return undefined;
  const littleEndian = bytes[0] === 'l'.charCodeAt(0);
  const uint32 = (at: number) => (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const fieldsEnd = 16 + uint32(12);
  const bodyStart = padded(fieldsEnd, 8);
  const end = bodyStart + uint32(4);
  if (end > maxMessageBytes) throw new Error('The session bus sent too much.');
  if (bytes.length < end) return undefined;

  let replySerial: number | undefined;
  for (let at = 16; at < fieldsEnd; ) {
    at = padded(at, 8);
    const field = bytes[at];
    const signature = bytes.toString('latin1', at + 2, at + 2 + (bytes[at + 1] ?? 0));
    at += 3 + signature.length;
    if (signature === 'g') {
      at += 2 + (bytes[at] ?? 0);
      continue;
    }
    at = padded(at, 4);
    const number = uint32(at);
    if (field === fields.replySerial) replySerial = number;
    at += signature === 'u' ? 4 : 4 + number + 1;
  }

  const type = bytes[1] === types.return ? 'return' : bytes[1] === types.error ? 'error' : 'other';
  return {
    value: { type, replySerial, littleEndian, body: bytes.subarray(bodyStart, end) },
    rest: bytes.subarray(end),
  };
}

/** A body that is one string or object path. */
export function readString({ body, littleEndian }: BusReply): string {
  const length = littleEndian ? body.readUInt32LE(0) : body.readUInt32BE(0);
  return body.toString('utf8', 4, 4 + length);
}

/** A body that is one variant with a boolean in it. */
export function readBooleanVariant({ body, littleEndian }: BusReply): boolean {
  if (body.toString('latin1', 0, 3) !== '\x01b\0') throw new Error('Expected a boolean.');
  return (littleEndian ? body.readUInt32LE(4) : body.readUInt32BE(4)) !== 0;
}

function putField(out: number[], field: number, signature: string, text: string): void {
  align(out, 8);
  out.push(field);
  putSignature(out, signature);
  putString(out, text);
}

function putSignature(out: number[], signature: string): void {
  out.push(signature.length, ...Buffer.from(signature), 0);
}

function putString(out: number[], text: string): void {
  const bytes = Buffer.from(text);
  putUint32(out, bytes.length);
  out.push(...bytes, 0);
}

function putUint32(out: number[], value: number): void {
  align(out, 4);
  out.push(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

function align(out: number[], to: number): void {
  while (out.length % to !== 0) out.push(0);
}

function padded(length: number, to: number): number {
  return Math.ceil(length / to) * to;
}
