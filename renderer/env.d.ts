/// <reference types="vite/client" />

interface Window {
  /** Put there by the preload. */
  readonly keyfob: import('../shared/bridge.ts').KeyfobBridge;
}
