/**
 * Electron without Electron, for unit tests of the shell:
 *
 *     const electron = await vi.hoisted(async () =>
 *       (await import('../../../support/fake-electron.ts')).createFakeElectron(),
 *     );
 *     vi.mock('electron', () => electron);
 *
 * It records what the shell sets, and lets a test raise the events that Electron would.
 */
import { EventEmitter } from 'node:events';
import { vi } from 'vitest';

export type FakeElectron = ReturnType<typeof createFakeElectron>;

/** What an event handler of Electron gets first. */
export function createEvent() {
  const event = {
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true;
    },
  };
  return event;
}

/** A frame of a page. */
export interface FakeFrame {
  url: string;
  origin: string;
  parent: FakeFrame | null;
}

export class FakeWebContents extends EventEmitter {
  mainFrame: FakeFrame = { url: '', origin: '', parent: null };
  destroyed = false;
  devToolsFocused = false;
  openHandler: ((details: { url: string }) => { action: string }) | undefined;
  readonly sent: [channel: string, ...args: unknown[]][] = [];
  readonly loaded: string[] = [];
  zoomFactor = 1;

  getZoomFactor = () => this.zoomFactor;
  setZoomFactor(factor: number) {
    this.zoomFactor = factor;
  }
  async loadURL(url: string) {
    this.loaded.push(url);
    this.mainFrame = { url, origin: url.split('/').slice(0, 3).join('/'), parent: null };
  }
  isDestroyed = () => this.destroyed;
  isDevToolsFocused = () => this.devToolsFocused;
  setWindowOpenHandler(handler: FakeWebContents['openHandler']) {
    this.openHandler = handler;
  }
  send(channel: string, ...args: unknown[]) {
    this.sent.push([channel, ...args]);
  }
}

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the shell gave Electron to build a menu of. */
export interface FakeMenuItem {
  readonly label?: string;
  readonly type?: string;
  readonly enabled?: boolean;
  readonly checked?: boolean;
  readonly role?: string;
  readonly submenu?: readonly FakeMenuItem[];
  readonly click?: () => void;
}

export interface FakeMenu {
  readonly template: readonly FakeMenuItem[];
}

function createSession() {
  const handlers = {
    permissionRequest: undefined as unknown,
    permissionCheck: undefined as unknown,
    device: undefined as unknown,
    bluetooth: undefined as unknown,
    displayMedia: undefined as unknown,
    usb: undefined as unknown,
    beforeRequest: undefined as
      | ((details: { url: string }, callback: (answer: { cancel: boolean }) => void) => void)
      | undefined,
    schemes: new Map<string, (request: Request) => Promise<Response>>(),
  };
  return Object.assign(new EventEmitter(), {
    handlers,
    setPermissionRequestHandler: (handler: unknown) => {
      handlers.permissionRequest = handler;
    },
    setPermissionCheckHandler: (handler: unknown) => {
      handlers.permissionCheck = handler;
    },
    setDevicePermissionHandler: (handler: unknown) => {
      handlers.device = handler;
    },
    setBluetoothPairingHandler: (handler: unknown) => {
      handlers.bluetooth = handler;
    },
    setDisplayMediaRequestHandler: (handler: unknown) => {
      handlers.displayMedia = handler;
    },
    setUSBProtectedClassesHandler: (handler: unknown) => {
      handlers.usb = handler;
    },
    webRequest: {
      onBeforeRequest: (handler: typeof handlers.beforeRequest) => {
        handlers.beforeRequest = handler;
      },
    },
    protocol: {
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
        void handlers.schemes.set(scheme, handler),
    },
  });
}

export type FakeSession = ReturnType<typeof createSession>;

export function createFakeElectron() {
  /** What was called before the app was ready, in order. */
  const calls: string[] = [];
  const windows: FakeBrowserWindow[] = [];
  const trays: FakeTray[] = [];
  const notifications: FakeNotification[] = [];
  const sessions = new Map<string, FakeSession>();
  const ready = Promise.withResolvers<void>();

  class FakeBrowserWindow extends EventEmitter {
    readonly webContents = new FakeWebContents();
    readonly options: Record<string, unknown>;
    bounds: Bounds | undefined;
    everywhere: { readonly [option: string]: boolean } | undefined;
    visible = false;
    focused = false;
    destroyed = false;
    constructor(options: Record<string, unknown>) {
      super();
      this.options = options;
      windows.push(this);
      app.emit('web-contents-created', createEvent(), this.webContents);
    }
    show() {
      this.visible = true;
      this.focused = true;
    }
    showInactive() {
      this.visible = true;
    }
    focus() {
      this.focused = true;
    }
    hide() {
      this.visible = false;
      this.focused = false;
    }
    /** As the person, or the page's `window.close()`, would. */
    close() {
      const event = createEvent();
      this.emit('close', event);
      if (!event.defaultPrevented) this.destroy();
    }
    destroy() {
      if (this.destroyed) return;
      this.destroyed = true;
      this.visible = false;
      this.webContents.destroyed = true;
      this.emit('closed');
    }
    isVisible = () => this.visible;
    isFocused = () => this.focused;
    isDestroyed = () => this.destroyed;
    isMinimized = () => false;
    restore() {}
    setBounds(bounds: Bounds) {
      this.bounds = bounds;
    }
    setVisibleOnAllWorkspaces(visible: boolean, options: { [option: string]: boolean }) {
      this.everywhere = visible ? options : undefined;
    }
  }

  class FakeTray extends EventEmitter {
    image: string;
    tooltip = '';
    bounds: Bounds = { x: 0, y: 0, width: 0, height: 0 };
    readonly menus: FakeMenu[] = [];
    readonly popped: FakeMenu[] = [];
    ignoresDoubleClicks = false;
    destroyed = false;
    constructor(image: string) {
      super();
      this.image = image;
      trays.push(this);
    }
    setImage(image: string) {
      this.image = image;
    }
    setToolTip(text: string) {
      this.tooltip = text;
    }
    setContextMenu(menu: FakeMenu) {
      this.menus.push(menu);
    }
    popUpContextMenu(menu: FakeMenu) {
      this.popped.push(menu);
    }
    setIgnoreDoubleClickEvents(ignore: boolean) {
      this.ignoresDoubleClicks = ignore;
    }
    getBounds = () => this.bounds;
    destroy() {
      this.destroyed = true;
    }
  }

  class FakeNotification extends EventEmitter {
    static isSupported = () => true;
    readonly options: { title: string; body: string; actions: { type: string; text: string }[] };
    state: 'new' | 'shown' | 'closed' = 'new';
    constructor(options: FakeNotification['options']) {
      super();
      this.options = options;
      notifications.push(this);
    }
    show() {
      this.state = 'shown';
    }
    close() {
      this.state = 'closed';
      this.emit('close', createEvent());
    }
  }

  class FakeClipboardItem {
    readonly items: Record<string, unknown>;
    constructor(items: Record<string, unknown>) {
      this.items = items;
    }
  }

  const app = Object.assign(new EventEmitter(), {
    isPackaged: false,
    paths: new Map<string, string>(),
    setPath(name: string, path: string) {
      calls.push(`setPath ${name}`);
      app.paths.set(name, path);
    },
    lock: true,
    requestSingleInstanceLock() {
      calls.push('requestSingleInstanceLock');
      return app.lock;
    },
    enableSandbox: () => void calls.push('enableSandbox'),
    commandLine: {
      switches: new Set<string>(),
      hasSwitch: (name: string) => app.commandLine.switches.has(name),
    },
    setAppUserModelId: vi.fn(),
    setToastActivatorCLSID: vi.fn(),
    setLoginItemSettings: vi.fn(),
    getLoginItemSettings: () => ({ wasOpenedAtLogin: false }),
    whenReady: () => ready.promise,
    dock: { hide: vi.fn() },
    /** As Electron: everybody may hold it back. True: it went through. */
    quit() {
      calls.push('quit');
      const event = createEvent();
      app.emit('before-quit', event);
      if (!event.defaultPrevented) app.emit('quit');
    },
    exit: vi.fn(),
  });

  const ipcHandlers = new Map<
    string,
    (event: { sender: unknown; senderFrame: unknown }, ...args: unknown[]) => Promise<string>
  >();
  let clipboardText = '';

  return {
    // For tests.
    calls,
    windows,
    trays,
    notifications,
    ipcHandlers,
    sessions,
    makeReady: ready.resolve,

    // Electron's own.
    app,
    BrowserWindow: FakeBrowserWindow,
    Tray: FakeTray,
    Notification: FakeNotification,
    ClipboardItem: FakeClipboardItem,
    Menu: {
      buildFromTemplate: (template: readonly FakeMenuItem[]): FakeMenu => ({ template }),
      setApplicationMenu(menu: FakeMenu | null) {
        this.last = menu;
      },
      last: undefined as FakeMenu | null | undefined,
    },
    dialog: {
      showErrorBox: vi.fn(),
      /** The person cancels, unless a test says otherwise. */
      showMessageBox: vi.fn(async (options: { readonly cancelId: number }) => ({
        response: options.cancelId,
      })),
    },
    nativeTheme: { themeSource: 'system', shouldUseDarkColors: false },
    screen: {
      getCursorScreenPoint: () => ({ x: 0, y: 0 }),
      getDisplayNearestPoint: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }),
    },
    net: { online: true, isOnline: vi.fn(() => true) },
    powerMonitor: new EventEmitter(),
    shell: { openExternal: vi.fn(async (_url: string) => {}) },
    clipboard: {
      writeText: vi.fn(async (text: string) => {
        clipboardText = text;
      }),
      readText: vi.fn(async () => clipboardText),
      write: vi.fn(async (items: FakeClipboardItem[]) => {
        clipboardText = String(items[0]?.items['text/plain']);
      }),
      clear: vi.fn(() => {
        clipboardText = '';
      }),
    },
    ipcMain: {
      handle: (channel: string, handler: never) => void ipcHandlers.set(channel, handler),
      removeHandler: (channel: string) => void ipcHandlers.delete(channel),
    },
    protocol: {
      registered: [] as unknown[],
      registerSchemesAsPrivileged(schemes: unknown[]) {
        calls.push('registerSchemesAsPrivileged');
        this.registered.push(...schemes);
      },
    },
    session: {
      defaultSession: createSession(),
      fromPartition(name: string): FakeSession {
        const known = sessions.get(name) ?? createSession();
        sessions.set(name, known);
        return known;
      },
    },
  };
}
