import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createInspect } from '../../../../main/platform/inspect.ts';
import { temporaryFolder } from '../../../support/endpoint-stage.ts';

async function look(
  state: string,
  env: Record<string, string> = {},
  socket = join(state, 'x.sock'),
) {
  const checks = await createInspect({ state, log: join(state, 'log'), socket }, env)();
  return (id: string) => checks.find((check) => check.id === id);
}

test('folders of our own alone are fine', async () => {
  const socket = join(await temporaryFolder(), 'x.sock');
  const found = await look(await temporaryFolder(), {}, socket);
  expect(found('folder.state')).toMatchObject({ status: 'ok' });
  expect(found('folder.socket')).toMatchObject({ status: 'ok' });
});

test('a folder that holds both is looked at once', async () => {
  expect((await look(await temporaryFolder()))('folder.socket')).toBeUndefined();
});

test.each([0o755, 0o777, 0o710])(
  'a folder with mode %o is a finding with its cure',
  async (mode) => {
    const folder = join(await temporaryFolder(), 'state');
    await mkdir(folder);
    await chmod(folder, mode);
    expect((await look(folder))('folder.state')).toMatchObject({
      status: 'failure',
      hint: expect.stringContaining(`chmod 700 ${folder}`),
    });
  },
);

test('a folder that is gone is a finding', async () => {
  const found = await look(join(await temporaryFolder(), 'gone'));
  expect(found('folder.state')).toMatchObject({ status: 'failure', hint: expect.any(String) });
});

test('certificate files that variables name are looked for', async () => {
  const folder = await temporaryFolder();
  const there = join(folder, 'ca.pem');
  await writeFile(there, '');
  const found = await look(folder, { AWS_CA_BUNDLE: there, NODE_EXTRA_CA_CERTS: `${there}.gone` });
  expect(found('ca.AWS_CA_BUNDLE')).toMatchObject({ status: 'ok' });
  expect(found('ca.NODE_EXTRA_CA_CERTS')).toMatchObject({
    status: 'failure',
    message: expect.stringContaining('ca.pem.gone'),
  });
  expect((await look(folder, { AWS_CA_BUNDLE: '' }))('ca.AWS_CA_BUNDLE')).toBeUndefined();
});

test('a named pipe has no folder', async () => {
  const found = await look(await temporaryFolder(), {}, '\\\\.\\pipe\\keyfob-ada');
  expect(found('folder.socket')).toBeUndefined();
});
