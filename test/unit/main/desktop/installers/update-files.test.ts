import { expect, test } from 'vitest';
import { joinUpdateFiles } from '../../../../../main/desktop/installers/update-files.ts';

const of = (arch: string, version = '1.2.3') =>
  `version: ${version}\nfiles:\n  - url: keyfob-${arch}.zip\n    sha512: ${arch}\n    size: 1\npath: keyfob-${arch}.zip\nsha512: ${arch}\n`;

test('the files of both machines are listed, the rest is that of the first', () => {
  expect(joinUpdateFiles([of('arm64'), of('x64')])).toBe(
    'version: 1.2.3\nfiles:\n' +
      '  - url: keyfob-arm64.zip\n    sha512: arm64\n    size: 1\n' +
      '  - url: keyfob-x64.zip\n    sha512: x64\n    size: 1\n' +
      'path: keyfob-arm64.zip\nsha512: arm64\n',
  );
});

test('one file stays as it is', () => {
  expect(joinUpdateFiles([of('x64')])).toBe(of('x64'));
});

test('two versions are not joined', () => {
  expect(() => joinUpdateFiles([of('arm64'), of('x64', '1.2.4')])).toThrow(
    /Expected version: 1\.2\.3/,
  );
});

test('what electron-builder did not write is refused', () => {
  expect(() => joinUpdateFiles(['<html>'])).toThrow(/electron-builder/);
});
