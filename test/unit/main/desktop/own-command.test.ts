import { expect, test } from 'vitest';
import { commandBeside } from '../../../../main/desktop/own-command.ts';

const installed = {
  packaged: true,
  resources: '/opt/Keyfob/resources',
  dist: '/src/dist',
  platform: 'linux',
  env: {},
};

test.each([
  ['of an installed app', {}, '"/opt/Keyfob/resources/bin/keyfob"'],
  ['on Windows', { platform: 'win32' }, '"/opt/Keyfob/resources/bin/keyfob.exe"'],
  ['of the sources', { packaged: false }, '"/src/dist/keyfob"'],
  ['of an AppImage, whose folder goes', { env: { APPIMAGE: '/me/Keyfob.AppImage' } }, undefined],
])('the command %s', (_where, differences, command) => {
  expect(commandBeside({ ...installed, ...differences })).toBe(command);
});
