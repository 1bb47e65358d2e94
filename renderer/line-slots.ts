/**
 * Which element each line is drawn in. A line that was drawn keeps its element, and with it focus
 * and hover; a new one is written into an element that has become free, which costs a fraction of
 * making one.
 *
 * @param before what this function returned for the lines drawn before
 * @param keys of the lines to draw, in order
 * @param held the line that may have the focus: its element goes with it, lest the focus should
 * pass to another account unnoticed
 */
export function assignSlots(
  before: ReadonlyMap<string, number>,
  keys: readonly string[],
  held: string | undefined,
): ReadonlyMap<string, number> {
  const kept = new Set(keys);
  const free = [...before].filter(([key]) => key !== held && !kept.has(key));
  let last = Math.max(-1, ...before.values());
  let used = 0;
  const slots = new Map<string, number>();
  for (const key of keys) {
    let slot = before.get(key);
    if (slot === undefined) {
      slot = free[used]?.[1];
      used += 1;
    }
    if (slot === undefined) {
      last += 1;
      slot = last;
    }
    slots.set(key, slot);
  }
  return slots;
}
