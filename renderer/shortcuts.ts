/** What a key does wherever the focus is. */
export type Shortcut =
  | 'search'
  | 'palette'
  | 'connect'
  | 'settings'
  | 'nextRegion'
  | 'previousRegion'
  | 'back';

interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** The key that commands are given with: ⌘ on a Mac, Ctrl elsewhere. */
export function isCommandKey(press: KeyPress, mac: boolean): boolean {
  return (mac ? press.metaKey && !press.ctrlKey : press.ctrlKey && !press.metaKey) && !press.altKey;
}

/** The shortcut that a key press stands for, if any. */
export function shortcutOf(press: KeyPress, mac: boolean): Shortcut | undefined {
  if (press.key === 'F6') return press.shiftKey ? 'previousRegion' : 'nextRegion';
  if (press.key === 'Escape') return 'back';
  if (!isCommandKey(press, mac)) return undefined;
  const key = press.key.toLowerCase();
  if (press.shiftKey) return key === 'p' || key === 'k' ? 'palette' : undefined;
  return commandKeys[key];
}

const commandKeys: Readonly<Record<string, Shortcut>> = {
  k: 'search',
  n: 'connect',
  ',': 'settings',
};

/** True on a Mac, whose keys have other names. */
export const onMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent);

/** A shortcut as the platform writes it: `⌘K`, `Ctrl+K`. */
export function keysFor(key: string, mac: boolean = onMac): string {
  return mac ? `⌘${key}` : `Ctrl+${key}`;
}
