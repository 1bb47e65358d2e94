import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createDesktopBrowser } from '../../../../main/desktop/browser.ts';
import { createFakeBrowser } from '../../../support/fake-ports.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

const { openExternal } = electron.shell;
beforeEach(() => openExternal.mockClear());

function setUp(env: Record<string, string> = {}) {
  const commands = createFakeBrowser();
  return { commands, subject: createDesktopBrowser(commands, env) };
}

test.each([
  'https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH',
  'http://127.0.0.1:8080/device',
  'http://localhost:8080/device',
  'http://[::1]:8080/device',
])('%s is opened in the desktop’s browser', async (url) => {
  const { subject, commands } = setUp();
  await subject.open(url);
  expect(openExternal.mock.calls).toEqual([[url]]);
  expect(commands.opened).toEqual([]);
});

describe('is never opened:', () => {
  test.each([
    'http://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'ms-settings:',
    'smb://example.com/share',
    'app://keyfob/index.html',
    'https://user:pass@example.com/',
    'http://127.0.0.1.example.com/',
    'https:',
    '--help',
    '',
  ])('%s', async (url) => {
    const { subject, commands } = setUp({ KEYFOB_BROWSER: 'firefox' });
    await expect(subject.open(url, 'firefox')).rejects.toMatchObject({ code: 'browser_failed' });
    expect(openExternal).not.toHaveBeenCalled();
    expect(commands.opened).toEqual([]);
  });
});

test('a command that the person chose opens it instead', async () => {
  const { subject, commands } = setUp();
  await subject.open('https://example.com/', 'firefox -P work');
  expect(commands).toMatchObject({
    opened: ['https://example.com/'],
    commands: ['firefox -P work'],
  });
  expect(openExternal).not.toHaveBeenCalled();
});

test.each(['KEYFOB_BROWSER', 'BROWSER'])('and so does one in %s', async (name) => {
  const { subject, commands } = setUp({ [name]: 'firefox' });
  await subject.open('https://example.com/');
  expect(commands.opened).toEqual(['https://example.com/']);
  expect(openExternal).not.toHaveBeenCalled();
});

test('a browser that does not open is a failure with a way out', async () => {
  openExternal.mockRejectedValueOnce(new Error('no application'));
  await expect(setUp().subject.open('https://example.com/')).rejects.toMatchObject({
    code: 'browser_failed',
    hint: expect.any(String),
  });
});

test('at a desktop a browser can be expected', () => {
  expect(setUp().subject.available).toBe(true);
});
