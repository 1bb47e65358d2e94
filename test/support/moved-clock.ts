/**
 * Moves this process's wall clock, for everyone in it. Timers go on as they were: so it is after
 * sleep, and after somebody has set the clock.
 */
const Real = globalThis.Date;
let ahead = 0;
const now = (): number => Real.now() + ahead;

globalThis.Date = new Proxy(Real, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new Real(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
});

/** How far ahead of the real time the clock is from now on, milliseconds; negative: behind. */
export function setAhead(ms: number): void {
  ahead = ms;
}
