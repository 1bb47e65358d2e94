import { PassThrough } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import { createPassphrasePrompt } from '../../../../main/platform/passphrase-prompt.ts';
import { settle } from '../../../support/fake-clock.ts';

/** A terminal on which a test types. */
function setUp(isTTY = true) {
  const raw: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    isTTY,
    setRawMode: (mode: boolean) => void raw.push(mode),
  });
  const output = Object.assign(new PassThrough(), { isTTY });
  let shown = '';
  output.on('data', (chunk) => {
    shown += chunk;
  });
  const ask = createPassphrasePrompt(
    input as unknown as ReadStream,
    output as unknown as WriteStream,
  );
  return {
    ask,
    raw,
    shown: () => shown,
    end: () => input.end(),
    async type(...texts: string[]) {
      for (const text of texts) {
        await settle(2);
        input.write(text);
      }
    },
  };
}

test('what is typed is taken and not shown', async () => {
  const { ask, type, shown, raw } = setUp();
  const answer = ask('open');
  await type('op', 'en x\u007f', 'sésame\r');
  expect(await answer).toBe('open sésame');
  expect(shown()).toBe('Passphrase of the secrets: \n');
  expect(raw).toEqual([true, false]);
});

test('a new passphrase is typed twice, until both are the same', async () => {
  const { ask, type, shown } = setUp();
  const answer = ask('create');
  await type('one\r', 'two\r', 'three\r', 'three\r');
  expect(await answer).toBe('three');
  expect(shown()).toContain('They differ.');
});

test.each(['\u0003', '\u0004'])('%j gives up, and the terminal is as before', async (key) => {
  const { ask, type, raw } = setUp();
  const answer = ask('create');
  await type(`x${key}`);
  expect(await answer).toBeNull();
  expect(raw.at(-1)).toBe(false);
});

test('a terminal that hangs up gives up', async () => {
  const { ask, end } = setUp();
  const answer = ask('open');
  end();
  expect(await answer).toBeNull();
});

test('without a terminal nobody is asked', async () => {
  const { ask, shown } = setUp(false);
  expect(await ask('open')).toBeNull();
  expect(shown()).toBe('');
});
