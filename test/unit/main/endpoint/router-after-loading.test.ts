import { expect, test } from 'vitest';
import { type Router, routerAfterLoading } from '../../../../main/endpoint/router.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { createFakeLog } from '../../../support/fake-ports.ts';

/** A router that notes what reaches it, behind files that the test has read or not. */
function behindFiles() {
  const called: string[] = [];
  const inner: Router = {
    async call(name) {
      called.push(name);
      return { ok: true, value: {} };
    },
  };
  const files = Promise.withResolvers<void>();
  const router = routerAfterLoading(inner, files.promise, createFakeLog());
  const context = { caller: 'socket', signal: new AbortController().signal } as const;
  return { called, files, call: (name: string) => router.call(name, {}, context) };
}

test('a command that comes before the files are read waits for them', async () => {
  const { called, files, call } = behindFiles();
  const outcome = call('connection.add');
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(called).toEqual([]);
  files.resolve();
  expect(await outcome).toEqual({ ok: true, value: {} });
  expect(called).toEqual(['connection.add']);
});

test('shutdown waits for nothing', async () => {
  const { call } = behindFiles();
  expect(await call('shutdown')).toEqual({ ok: true, value: {} });
});

test('where the files cannot be read every command is told why, and none goes on', async () => {
  const { called, files, call } = behindFiles();
  files.reject(new KeyfobError('file_unreadable', 'connections.json can not be read.'));
  expect(await call('connection.add')).toMatchObject({
    ok: false,
    error: { code: 'file_unreadable' },
  });
  expect(called).toEqual([]);
});
