import { type IpcMainInvokeEvent, ipcMain, type WebContents, type WebFrameMain } from 'electron';
import { ipcChannels } from '../../shared/bridge.ts';
import { type ErrorInfo, KeyfobError } from '../../shared/errors.ts';
import { appOrigin, isOurs } from './origin.ts';
import { createWindowLink, type WindowLink, type WindowLinkDeps } from './window-link.ts';

/** The shell's end of the bridge. */
export interface WindowIpc {
  /** Lets a window's page call commands and hear of changes, until the returned function is called. */
  attach(contents: WebContents): () => void;
  close(): void;
}

/** The endpoint's bound for a command's body, in characters here. */
export const maxInputLength = 64 * 1024;
const maxNameLength = 64;

/** Answers the one command channel. Whoever is not the main frame of our own window is refused. */
export function createWindowIpc(deps: WindowLinkDeps): WindowIpc {
  const links = new Map<WebContents, WindowLink>();

  ipcMain.handle(ipcChannels.command, async (event, command: unknown, input: unknown) => {
    const link = links.get(event.sender);
    if (link === undefined || !isMainFrame(event)) {
      deps.log('warn', 'ipc.refused', { reason: 'sender' });
      return refuse('refused', 'Only the window of Keyfob is answered.');
    }
    if (
      typeof command !== 'string' ||
      typeof input !== 'string' ||
      command.length > maxNameLength
    ) {
      deps.log('warn', 'ipc.refused', { reason: 'type' });
      return refuse('invalid_input', 'Expected the name of a command and its input as JSON.');
    }
    if (input.length > maxInputLength) {
      deps.log('warn', 'ipc.refused', { reason: 'size' });
      return refuse('too_large', `The input is longer than ${maxInputLength} characters.`);
    }
    return await link.invoke(command, input);
  });

  function detach(contents: WebContents): void {
    links.get(contents)?.close();
    links.delete(contents);
  }

  return {
    attach(contents) {
      detach(contents);
      const link = createWindowLink(deps);
      links.set(contents, link);
      link.listen((change) => {
        if (contents.isDestroyed() || !isOurFrame(contents.mainFrame)) return;
        contents.send(ipcChannels.slice, change);
      });
      return () => detach(contents);
    },
    close() {
      ipcMain.removeHandler(ipcChannels.command);
      for (const contents of [...links.keys()]) detach(contents);
    },
  };
}

function isMainFrame({ sender, senderFrame }: IpcMainInvokeEvent): boolean {
  // Null: the frame has gone, or has navigated since it asked.
  if (senderFrame === null || sender.isDestroyed()) return false;
  return senderFrame === sender.mainFrame && isOurFrame(senderFrame);
}

/** Both: `origin` is opaque for a sandboxed frame at our URL, and the URL says what was loaded. */
function isOurFrame(frame: WebFrameMain): boolean {
  return frame.parent === null && frame.origin === appOrigin && isOurs(frame.url);
}

function refuse(code: ErrorInfo['code'], message: string): string {
  const hint = 'Quit Keyfob and start it again.';
  return JSON.stringify({ ok: false, error: new KeyfobError(code, message, { hint }).toInfo() });
}
