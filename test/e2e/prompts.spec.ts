import { text } from '../../renderer/text.ts';
import { exchange } from '../support/helper-process.ts';
import { expect, test } from './fixtures.ts';
import type { Host } from './hosts/host.ts';
import { goTo, putAway } from './steps.ts';

/** A role that demands the code of an MFA device: the window asks for it while the tool waits. */

const serial = 'arn:aws:iam::111111111111:mfa/ada';
const words = text.prompt;

interface Answer {
  readonly status: number;
  readonly body: string;
}

test.beforeEach(async ({ app, simulator, signIn }) => {
  simulator.switches.trust = { Mfa: { mfaSerial: serial } };
  const [first] = await signIn();
  await app.call('account.add', {
    kind: 'aws-assumed-role',
    connection: 'acme',
    name: 'mfa',
    source: first?.id ?? '?',
    roleArn: 'arn:aws:iam::111111111112:role/Mfa',
    mfaSerial: serial,
  });
});

function ask({ socket }: Host): Promise<Answer> {
  return exchange(socket, 'GET', '/v1/aws/credentials?account=acme/mfa');
}

const codeOf = ({ body }: Answer): unknown => (JSON.parse(body) as { code?: unknown }).code;

test('the code is typed and sent with the keyboard alone, and the tool goes on', async ({
  app,
  simulator,
}) => {
  const { page } = app;
  const asked = ask(app);
  const dialog = page.getByRole('dialog', { name: words.title, exact: true });
  await expect(dialog).toContainText('acme/mfa');
  await expect(dialog).toContainText(serial);
  const field = dialog.getByLabel(text.signIn.fields.mfa, { exact: true });
  await expect(field).toBeFocused();
  const send = dialog.getByRole('button', { name: words.send, exact: true });
  await page.keyboard.type('12345');
  await expect(send).toBeDisabled();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeVisible();
  await field.fill('');
  // As the device writes it.
  const code = simulator.mfaCode(serial);
  await page.keyboard.type(`${code.slice(0, 3)} ${code.slice(3)}`);
  await page.keyboard.press('Enter');
  expect((await asked).status).toBe(200);
  await expect(dialog).toBeHidden();
  const seen = await page.evaluate(async () => JSON.stringify(await window.keyfob.state({})));
  expect(seen).not.toContain(code);
  expect(app.complaints).toEqual([]);
});

test('a wrong code ends in a failure that says so, and the next request asks anew', async ({
  app,
  simulator,
}) => {
  const { page } = app;
  const asked = ask(app);
  const dialog = page.getByRole('dialog', { name: words.title, exact: true });
  const field = dialog.getByLabel(text.signIn.fields.mfa, { exact: true });
  await field.fill(simulator.mfaCode(serial) === '000000' ? '000001' : '000000');
  await page.keyboard.press('Enter');
  expect(codeOf(await asked)).toBe('mfa_failed');
  await expect(dialog).toBeHidden();
  await app.pass(1_000); // STS is left alone for that long after a failure
  const again = ask(app);
  await expect(field).toHaveValue('');
  await field.fill(simulator.mfaCode(serial));
  await page.keyboard.press('Enter');
  expect((await again).status).toBe(200);
});

test('what is put off waits in a line above the view, and can be taken up again', async ({
  app,
  simulator,
}) => {
  const { page } = app;
  const asked = ask(app);
  const dialog = page.getByRole('dialog', { name: words.title, exact: true });
  await expect(dialog).toBeVisible();
  await putAway(dialog);
  await expect(page.getByText(words.waits('acme/mfa'))).toBeVisible();
  // Meanwhile the window is there for everything else.
  await page.keyboard.press('Control+,');
  await expect(page.getByRole('heading', { name: text.settings.title, exact: true })).toBeVisible();
  await page.getByRole('button', { name: words.enter, exact: true }).click();
  await dialog.getByLabel(text.signIn.fields.mfa, { exact: true }).fill(simulator.mfaCode(serial));
  await dialog.getByRole('button', { name: words.send, exact: true }).click();
  expect((await asked).status).toBe(200);
  await expect(page.getByText(words.waits('acme/mfa'))).toBeHidden();
});

test('without a code within the minute the tool gets none, and the question goes', async ({
  app,
}) => {
  test.slow();
  const { page } = app;
  const asked = ask(app);
  const dialog = page.getByRole('dialog', { name: words.title, exact: true });
  await expect(dialog).toContainText(words.noAnswer);
  await app.pass(60_000);
  expect(codeOf(await asked)).toBe('mfa_required');
  await expect(dialog).toBeHidden();
  await goTo(page, 'activity');
  await expect(page.getByText(text.activity.outcomes.mfa_required ?? '?')).toBeVisible();
});
