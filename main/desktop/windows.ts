import { BrowserWindow, type WebContents } from 'electron';
import type { Clock } from '../ports.ts';
import { pageUrl, type WindowView } from './origin.ts';
import type { Rectangle, Size } from './placing.ts';
import {
  popoverSize,
  type WindowMode,
  type WindowSurroundings,
  windowOptions,
} from './window-options.ts';
import { followZoom } from './zoom.ts';

/** The one window, as a popover or as an ordinary one. It is made when first needed, then kept. */
export interface Windows {
  /** Shows the window in its ordinary form. */
  open(view?: WindowView): void;
  /** A click on the tray's icon: shows the popover, or hides it. */
  toggle(): void;
  /** Shows the window without taking the keyboard from what the person is typing into. */
  reveal(): void;
  /** What had to stay in sight is over: a popover that nobody is using goes. */
  settle(): void;
  /** From now on closing closes. */
  quit(): void;
}

export interface WindowsDeps {
  readonly surroundings: () => WindowSurroundings;
  readonly clock: Clock;
  /**
   * Where a popover that wants this size goes, and the size there is for it; undefined where the
   * platform places windows itself, as Wayland does.
   */
  readonly place: (size: Size) => Rectangle | undefined;
  /** Whether the platform tells where the icon is; else only a click on it tells, by the pointer. */
  readonly knowsIcon: () => boolean;
  /** Whether something is shown that a click elsewhere must not hide, such as a code to type. */
  readonly keepOpen: () => boolean;
  /** Connects the page to the helper. Returns the way to disconnect. */
  readonly attach: (contents: WebContents) => () => void;
  /** The person has closed the window, and Keyfob stays. */
  readonly onHidden: () => void;
}

/** A click on the icon takes the focus away first: one that soon means "hide", not "show". */
const sameClickMs = 250;
/** A page that dies sooner than this would die again. */
const stableMs = 10_000;

interface Shown {
  readonly window: BrowserWindow;
  readonly mode: WindowMode;
  readonly ready: Promise<void>;
}

/** Nothing is created before the first call. */
export function createWindows(deps: WindowsDeps): Windows {
  const { clock } = deps;
  let shown: Shown | undefined;
  let quitting = false;
  let blurredAt = Number.NEGATIVE_INFINITY;

  const popover = (): WindowMode =>
    deps.place(popoverSize) === undefined ? 'ordinary' : 'popover';

  function create(mode: WindowMode, view: WindowView): Shown {
    const window = new BrowserWindow(windowOptions(mode, deps.surroundings()));
    const { webContents } = window;
    const createdAt = clock.now();
    const detach = deps.attach(webContents);
    const ready = Promise.withResolvers<void>();
    const made = { window, mode, ready: ready.promise };

    window.once('ready-to-show', () => ready.resolve());
    // Under Wayland nothing is drawn before it shows; what has loaded must do there.
    // https://github.com/electron/electron/issues/48859
    if (popover() === 'ordinary') webContents.once('did-finish-load', () => ready.resolve());
    if (mode === 'popover') {
      // Else macOS goes back to the desktop on which the popover was first shown.
      const above = { visibleOnFullScreen: true, skipTransformProcessType: true };
      window.setVisibleOnAllWorkspaces(true, above);
    }
    followZoom(webContents, () => arrange(made));
    // An empty window says that something is wrong; none at all says nothing.
    webContents.once('did-fail-load', () => ready.resolve());
    window.on('close', (event) => {
      if (quitting) return;
      event.preventDefault();
      window.hide();
      if (mode === 'ordinary') deps.onHidden();
    });
    window.on('blur', () => {
      if (mode === 'ordinary' || deps.keepOpen() || webContents.isDevToolsFocused()) return;
      blurredAt = clock.now();
      window.hide();
    });
    window.on('closed', () => {
      detach();
      if (shown === made) shown = undefined;
    });
    webContents.on('render-process-gone', () => {
      const wasVisible = window.isVisible();
      window.destroy();
      if (wasVisible && clock.now() - createdAt > stableMs) show(mode, 'accounts', true);
    });
    // Nobody learns anything from a rejection here: the guards and the page server tell the log.
    void webContents.loadURL(pageUrl(view)).catch(() => undefined);
    return made;
  }

  /** Puts a popover beside the icon, as large as what it shows. */
  function arrange({ window, mode }: Shown): void {
    if (mode !== 'popover') return;
    const factor = window.webContents.getZoomFactor();
    const { width, height } = popoverSize;
    const bounds = deps.place({ width: width * factor, height: height * factor });
    if (bounds !== undefined) window.setBounds(bounds);
  }

  function show(mode: WindowMode, view: WindowView, focus: boolean): void {
    if (shown !== undefined && shown.mode !== mode) shown.window.destroy();
    const known = shown;
    const present = known ?? create(mode, view);
    shown = present;
    const { window } = present;
    if (known !== undefined && view !== 'accounts') {
      void window.webContents.loadURL(pageUrl(view)).catch(() => undefined);
    }
    void present.ready.then(() => {
      if (window.isDestroyed()) return;
      arrange(present);
      if (window.isMinimized()) window.restore();
      if (focus) {
        window.show();
        window.focus();
      } else window.showInactive();
    });
  }

  return {
    open: (view = 'accounts') => show('ordinary', view, true),
    toggle() {
      if (shown?.window.isVisible() === true && shown.mode === popover()) shown.window.hide();
      else if (clock.now() - blurredAt >= sameClickMs) show(popover(), 'accounts', true);
    },
    reveal() {
      if (shown?.window.isVisible() === true) return;
      // Never under the pointer, where the next click would hit a button that was not there before.
      show(deps.knowsIcon() ? (shown?.mode ?? popover()) : 'ordinary', 'accounts', false);
    },
    settle() {
      if (shown?.mode !== 'popover' || deps.keepOpen() || shown.window.isFocused()) return;
      shown.window.hide();
    },
    quit() {
      quitting = true;
      shown?.window.destroy();
    },
  };
}
