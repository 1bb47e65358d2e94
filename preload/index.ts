import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import { ipcChannels } from '../shared/bridge.ts';
import { createBridge } from './bridge.ts';

contextBridge.exposeInMainWorld(
  'keyfob',
  createBridge({
    invoke: (command, input) => ipcRenderer.invoke(ipcChannels.command, command, input),
    listen(onChange) {
      const listener = (_event: IpcRendererEvent, change: string) => onChange(change);
      ipcRenderer.on(ipcChannels.slice, listener);
      return () => ipcRenderer.off(ipcChannels.slice, listener);
    },
  }),
);
