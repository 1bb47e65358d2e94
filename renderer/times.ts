import { useSyncExternalStore } from 'react';

/** How long until `expiresAt` (ISO 8601), for people: `58 min`, `2 h`, `40 s`, `0 s` once past. */
export function timeLeft(expiresAt: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((Date.parse(expiresAt) - nowMs) / 1000));
  if (seconds < 60) return unit(seconds, 'second');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return unit(minutes, 'minute');
  return unit(Math.floor(minutes / 60), 'hour');
}

const units = new Map<string, Intl.NumberFormat>();

function unit(value: number, name: 'second' | 'minute' | 'hour'): string {
  let format = units.get(name);
  if (format === undefined) {
    format = new Intl.NumberFormat(undefined, { style: 'unit', unit: name, unitDisplay: 'short' });
    units.set(name, format);
  }
  return format.format(value);
}

/** `9:41`, for a countdown that is watched. */
export function countdown(expiresAt: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((Date.parse(expiresAt) - nowMs) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** How much of the span between two moments (ISO 8601) is left, from 1 to 0. */
export function shareLeft(from: string, until: string, nowMs: number): number {
  const whole = Date.parse(until) - Date.parse(from);
  return whole <= 0 ? 0 : Math.min(1, Math.max(0, (Date.parse(until) - nowMs) / whole));
}

/** The local time of day, `18:40`. */
export function timeOfDay(iso: string): string {
  return timeFormat.format(new Date(iso));
}

/** The local day, `Sat, 21 Nov`. */
export function dayOf(iso: string): string {
  return dayFormat.format(new Date(iso));
}

const timeFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayFormat = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
});

/**
 * A text that depends on the time: read anew every second, drawn anew only when it differs. All of
 * them share one timer, which rests while the window is hidden.
 */
export function useTimeText<T extends string>(read: (nowMs: number) => T): T {
  return useSyncExternalStore(subscribe, () => read(Date.now()));
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) document.addEventListener('visibilitychange', adjust);
  listeners.add(listener);
  adjust();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) document.removeEventListener('visibilitychange', adjust);
    adjust();
  };
}

function adjust(): void {
  const wanted = listeners.size > 0 && !document.hidden;
  if (wanted && timer === undefined) {
    timer = setInterval(tick, 1000);
    tick();
  } else if (!wanted && timer !== undefined) {
    clearInterval(timer);
    timer = undefined;
  }
}

function tick(): void {
  for (const listener of [...listeners]) listener();
}
