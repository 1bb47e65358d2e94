import { ClipboardItem, clipboard } from 'electron';
import { KeyfobError } from '../../shared/errors.ts';
import type { Clipboard, Clock } from '../ports.ts';

/** How long a secret may lie on the clipboard. */
const secretMs = 60_000;

/** What asks clipboard managers, each in its way, not to keep an entry. */
const hints: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  darwin: { 'org.nspasteboard.ConcealedType': '' },
  win32: {
    ExcludeClipboardContentFromMonitorProcessing: '',
    CanIncludeInClipboardHistory: '\0\0\0\0',
  },
  linux: { 'x-kde-passwordManagerHint': 'secret' },
};

export interface DesktopClipboard extends Clipboard {
  /** Takes a secret that is still there off the clipboard now: nobody will be there to do it later. */
  clearSecret(): Promise<void>;
}

/** The desktop's clipboard. A secret is taken off it after a minute, unless something else is on it. */
export function createClipboard(platform: string, clock: Clock): DesktopClipboard {
  let secret: string | undefined;
  let cancelClearing: (() => void) | undefined;

  async function writeSecret(text: string): Promise<void> {
    const formats = Object.entries(hints[platform] ?? {}).map(([format, value]) => [
      `electron application/osclipboard;format="${format}"`,
      new Blob([value]),
    ]);
    const item = new ClipboardItem({ 'text/plain': text, ...Object.fromEntries(formats) });
    // The hint is a courtesy; the text is what the person asked for.
    await clipboard.write([item]).catch(() => clipboard.writeText(text));
  }

  async function clearSecret(): Promise<void> {
    const written = secret;
    secret = undefined;
    cancelClearing?.();
    if (written === undefined) return;
    const present = await clipboard.readText().catch(() => undefined);
    if (present === written) clipboard.clear();
  }

  return {
    async write(text, kind) {
      try {
        if (kind === 'plain') await clipboard.writeText(text);
        else await writeSecret(text);
      } catch (cause) {
        throw new KeyfobError('clipboard_unavailable', 'The clipboard took nothing.', {
          hint: 'Try again. On Linux a clipboard needs a running X11 or Wayland session.',
          cause,
        });
      }
      cancelClearing?.();
      secret = kind === 'secret' ? text : undefined;
      if (kind === 'secret') cancelClearing = clock.after(secretMs, () => void clearSecret());
    },
    clearSecret,
  };
}
