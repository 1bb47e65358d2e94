import { KeyfobError } from '../../shared/errors.ts';
import type { Clipboard, Ports } from '../ports.ts';
import type { HandlersDeps, HandlersOf } from './deps.ts';

/** What only a person at a desktop needs. */
export function desktopHandlers({
  ports,
  settings,
  confirmations,
}: HandlersDeps): HandlersOf<'settings.change' | 'confirmation.answer' | 'clipboard.copy'> {
  return {
    'settings.change': ({ changes }) => settings.change(changes),
    async 'confirmation.answer'({ id, allow }, { caller, client }) {
      const by = caller === 'window' ? undefined : await client?.process?.();
      confirmations.answer(id, allow, by);
      return {};
    },
    async 'clipboard.copy'({ text }) {
      await clipboardOf(ports).write(text, 'plain');
      return {};
    },
  };
}

/** Throws `clipboard_unavailable` where there is none. */
export function clipboardOf({ clipboard }: Pick<Ports, 'clipboard'>): Clipboard {
  if (clipboard !== undefined) return clipboard;
  throw new KeyfobError(
    'clipboard_unavailable',
    'This helper has no clipboard: it runs headless.',
    {
      hint: 'Open the Keyfob app, or use the keyfob command.',
    },
  );
}
