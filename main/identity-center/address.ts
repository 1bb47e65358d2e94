import { partitionOf } from './partitions.ts';
import { parseStartUrl } from './start-url.ts';

/** What a portal's address tells by its form alone. */
export interface Address {
  readonly startUrl: string;
  readonly region?: string;
  /** What people call it: `acme` for acme.awsapps.com; absent where the name is only an id. */
  readonly name?: string;
}

/** Reads an address that a person typed or pasted. Throws `invalid_start_url`. */
export function readAddress(text: string): Address {
  const startUrl = parseStartUrl(text);
  const labels = new URL(startUrl).hostname.split('.');
  const region = labels.find(isRegion);
  const [first = ''] = labels;
  // `d-1234567890` and `ssoins-1234567890abcdef` are ids that AWS gave.
  const isId = /^(?:d|ssoins)-[0-9a-f]+$/.test(first) || first === 'identitycenter';
  return {
    startUrl,
    ...(region === undefined ? {} : { region }),
    ...(isId ? {} : { name: first }),
  };
}

function isRegion(label: string): boolean {
  try {
    return partitionOf(label) !== undefined;
  } catch {
    return false;
  }
}
