import { createHmac, randomBytes } from 'node:crypto';

/** The MFA devices: a code of six digits every 30 seconds, each good for one use. */
export interface MfaDevices {
  /** The present code of a device, by serial number or ARN; any name is a device. */
  codeOf(serial: string): string;
  /** Whether the code is right, and has not been used before. */
  accept(serial: string, code: string): boolean;
}

const stepMs = 30_000;

export function createMfaDevices(context: { now(): number }): MfaDevices {
  const secret = randomBytes(20);
  const used = new Set<string>();

  function codeAt(serial: string, step: number): string {
    const hash = createHmac('sha1', secret).update(`${serial}\n${step}`).digest();
    return String(hash.readUInt32BE(0) % 1_000_000).padStart(6, '0');
  }

  return {
    codeOf: (serial) => codeAt(serial, Math.floor(context.now() / stepMs)),
    accept(serial, code) {
      const step = Math.floor(context.now() / stepMs);
      // The one before counts too: a person needs a moment to type.
      const fits = [step, step - 1].some((each) => codeAt(serial, each) === code);
      const key = `${serial}\n${code}`;
      if (!fits || used.has(key)) return false;
      used.add(key);
      return true;
    },
  };
}
