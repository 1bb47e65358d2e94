import { expect, test, vi } from 'vitest';
import { createCommandQuestion } from '../../../../main/desktop/command-question.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

const { signal } = new AbortController();
const box = electron.dialog.showMessageBox;

test('the dialog says which command and for whose pages; only its button is a yes', async () => {
  const { ask } = createCommandQuestion(() => {});
  expect(await ask({ command: 'firefox -P work' }, signal)).toBe(false);
  expect(box.mock.calls.at(-1)?.[0]).toMatchObject({
    detail: expect.stringMatching(/^firefox -P work\n/),
    signal,
  });
  box.mockResolvedValueOnce({ response: 1 });
  expect(await ask({ command: 'firefox', connection: 'acme' }, signal)).toBe(true);
  expect(box.mock.calls.at(-1)?.[0]).toMatchObject({
    detail: expect.stringContaining('a page of acme'),
  });
});

test('one that comes while another is open is a no, and no second dialog', async () => {
  const closed = vi.fn();
  const { ask, open } = createCommandQuestion(closed);
  const answer = Promise.withResolvers<{ response: number }>();
  box.mockClear();
  box.mockReturnValueOnce(answer.promise);
  const first = ask({ command: 'one' }, signal);
  expect(open()).toBe(true);
  expect(await ask({ command: 'two' }, signal)).toBe(false);
  expect(box).toHaveBeenCalledOnce();
  expect(closed).not.toHaveBeenCalled();
  answer.resolve({ response: 1 });
  expect(await first).toBe(true);
  expect(open()).toBe(false);
  expect(closed).toHaveBeenCalledOnce();
});

test('a dialog that fails is a no, and the next can be asked', async () => {
  const { ask, open } = createCommandQuestion(() => {});
  box.mockRejectedValueOnce(new Error('no display'));
  await expect(ask({ command: 'one' }, signal)).rejects.toThrow();
  expect(open()).toBe(false);
});

test('a command can hide nothing behind blanks, nor turn the order of its letters', async () => {
  const { ask } = createCommandQuestion(() => {});
  await ask({ command: `firefox${' '.repeat(900)}\u202e--evil\u200b` }, signal);
  const { detail = '' } = (box.mock.calls.at(-1)?.[0] ?? {}) as { detail?: string };
  expect(detail).toMatch(/^firefox \\u\{202e\}--evil\\u\{200b\}\n/);
});
