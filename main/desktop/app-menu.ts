import { Menu, type MenuItemConstructorOptions } from 'electron';

/**
 * The application's menu. macOS takes the shortcuts for copy and paste from it; elsewhere there is
 * none, and with it go those for reloading, zooming and developer tools.
 */
export function setAppMenu(platform: string): void {
  Menu.setApplicationMenu(platform === 'darwin' ? Menu.buildFromTemplate(macMenu) : null);
}

const macMenu: MenuItemConstructorOptions[] = [
  {
    role: 'appMenu',
    submenu: [{ role: 'about' }, { type: 'separator' }, { role: 'hide' }, { role: 'quit' }],
  },
  { role: 'editMenu' },
  { role: 'windowMenu', submenu: [{ role: 'minimize' }, { role: 'close' }] },
];
