import { InvalidArgumentError } from 'commander';

/** How options are read that several commands have. */

/** For an option that may be repeated: all its values. */
export function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

/** The same, with each value read first. */
export function collectAs<T>(
  read: (value: string) => T,
): (value: string, earlier?: readonly T[]) => T[] {
  return (value, earlier = []) => [...earlier, read(value)];
}

/** A number of seconds, where none at all has a meaning of its own. */
export function parseSeconds(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a number of seconds.');
}
