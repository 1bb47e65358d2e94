import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createClipboard } from '../../../../main/desktop/clipboard.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

const { clipboard } = electron;
beforeEach(() => clipboard.clear());

function setUp(platform = 'linux') {
  const clock = createFakeClock();
  return { clock, subject: createClipboard(platform, clock) };
}

test('a text that is no secret stays', async () => {
  const { clock, subject } = setUp();
  await subject.write('acme/prod/Admin', 'plain');
  await clock.advance(3_600_000);
  expect(await clipboard.readText()).toBe('acme/prod/Admin');
});

describe('a secret', () => {
  test('is there for a minute', async () => {
    const { clock, subject } = setUp();
    await subject.write('AWS_SECRET', 'secret');
    await clock.advance(59_000);
    expect(await clipboard.readText()).toBe('AWS_SECRET');
    await clock.advance(1_000);
    expect(await clipboard.readText()).toBe('');
  });

  test('does not take with it what the person has copied since', async () => {
    const { clock, subject } = setUp();
    await subject.write('AWS_SECRET', 'secret');
    await clipboard.writeText('a poem');
    await clock.advance(60_000);
    expect(await clipboard.readText()).toBe('a poem');
  });

  test('that was copied again has its whole minute', async () => {
    const { clock, subject } = setUp();
    await subject.write('AWS_SECRET', 'secret');
    await clock.advance(40_000);
    await subject.write('AWS_SECRET', 'secret');
    await clock.advance(40_000);
    expect(await clipboard.readText()).toBe('AWS_SECRET');
    await clock.advance(20_000);
    expect(await clipboard.readText()).toBe('');
  });

  test('does not outlive the app', async () => {
    const { subject } = setUp();
    await subject.write('AWS_SECRET', 'secret');
    await subject.clearSecret();
    expect(await clipboard.readText()).toBe('');
  });

  test.each([
    ['linux', 'x-kde-passwordManagerHint'],
    ['darwin', 'org.nspasteboard.ConcealedType'],
    ['win32', 'ExcludeClipboardContentFromMonitorProcessing'],
  ])('is marked for clipboard histories on %s', async (platform, format) => {
    await setUp(platform).subject.write('AWS_SECRET', 'secret');
    const item = clipboard.write.mock.lastCall?.[0][0];
    expect(Object.keys(item?.items ?? {})).toContain(
      `electron application/osclipboard;format="${format}"`,
    );
  });

  test('is written although the mark is not taken', async () => {
    clipboard.write.mockRejectedValueOnce(new Error('unknown format'));
    await setUp().subject.write('AWS_SECRET', 'secret');
    expect(await clipboard.readText()).toBe('AWS_SECRET');
  });
});

test('a clipboard that takes nothing is a failure with a way out', async () => {
  clipboard.writeText.mockRejectedValueOnce(new Error('no display'));
  await expect(setUp().subject.write('x', 'plain')).rejects.toMatchObject({
    code: 'clipboard_unavailable',
    hint: expect.any(String),
  });
});
