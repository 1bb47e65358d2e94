import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createInProcessClient, createRouter } from '../../main/endpoint/router.ts';
import type { Clipboard } from '../../main/ports.ts';
import type { CommandClient } from '../../shared/commands.ts';
import { temporaryFolder } from '../support/endpoint-stage.ts';
import { type HelperStage, openHelper, openSimulator } from '../support/helper-stage.ts';
import { runProgram } from '../support/run-program.ts';

/** What the window asks of the helper, with real ports and the simulated provider. */

const production = 'acme/Production/Admin';

function windowOf({ helper, log }: HelperStage): CommandClient {
  return createInProcessClient(createRouter(helper.handlers, log), { caller: 'window' });
}

test('the console opens signed in, and nobody but the browser sees how', async () => {
  const simulator = await openSimulator();
  const pages: { readonly url: string; readonly text: string }[] = [];
  const stage = await openHelper({
    simulator,
    ports: ({ browser }) => ({
      browser: {
        available: true,
        async open(url) {
          if (url.includes('/device')) return browser.open(url);
          pages.push({ url, text: await (await fetch(url)).text() });
        },
      },
    }),
  });
  await stage.signIn('device');
  await windowOf(stage).call('account.openConsole', { account: production });
  expect(simulator.journal.count('getSigninToken')).toBe(1);
  expect(pages).toHaveLength(1);
  expect(pages[0]?.text).toMatch(/assumed-role\/AWSReservedSSO_Admin_[0-9a-f]+\//);
  expect(pages[0]?.text).toContain('https://eu-west-1.console.aws.amazon.com/');
  const seen = JSON.stringify([pages[0]?.url, stage.log.entries, stage.helper.state.snapshot()]);
  for (const secret of simulator.secrets()) expect(seen.includes(secret)).toBe(false);
});

test('what is copied sets up a shell, in which the AWS CLI would be that account', async () => {
  const simulator = await openSimulator();
  const written: { text: string; kind: string }[] = [];
  const clipboard: Clipboard = { write: async (text, kind) => void written.push({ text, kind }) };
  const stage = await openHelper({ simulator, ports: () => ({ clipboard }) });
  await stage.signIn('device');
  await windowOf(stage).call('account.copyEnvironment', { account: production });
  expect(written).toMatchObject([{ kind: 'secret' }]);

  const { body } = await stage.post('/v1/commands/account.environment', { account: production });
  expect(JSON.parse(body).value.text).toBe(written[0]?.text);
  const given = JSON.parse(
    (await stage.get(`/v1/aws/credentials?account=${encodeURIComponent(production)}`)).body,
  );
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
  const script = `${written[0]?.text}printf '%s\\n' ${names.map((name) => `"$${name}"`).join(' ')} "$AWS_CREDENTIAL_EXPIRATION"`;
  const { stdout } = await runProgram(['sh', '-c', script], { PATH: process.env.PATH }).ended;
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given;
  expect(stdout.trim().split('\n')).toEqual([
    AccessKeyId,
    SecretAccessKey,
    SessionToken,
    Expiration,
  ]);
});

test('a connection found in the AWS configuration is checked, added, tested, and works', async () => {
  const simulator = await openSimulator();
  const AWS_CONFIG_FILE = join(await temporaryFolder(), 'config');
  await writeFile(
    AWS_CONFIG_FILE,
    `[sso-session acme]\nsso_start_url = ${simulator.startUrl} # ours\nsso_region = ${simulator.region}\n`,
  );
  const stage = await openHelper({ simulator, env: { AWS_CONFIG_FILE } });
  const window = windowOf(stage);
  const { connections } = await window.call('config.discover', {});
  expect(connections).toMatchObject([{ name: 'acme', source: 'sso-session acme', exists: false }]);
  const { region, startUrl } = simulator;
  expect(await window.call('connection.check', { address: startUrl, region })).toMatchObject({
    startUrl,
    region,
  });

  await stage.signIn('device');
  const { checks } = await window.call('connection.test', { connection: 'acme' });
  expect(checks.filter(({ status }) => status === 'failure')).toEqual([]);
  expect(checks.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['provider.acme', 'portal.acme']),
  );
  expect((await window.call('config.discover', {})).connections).toMatchObject([{ exists: true }]);

  await simulator.stop();
  const down = await window.call('connection.test', { connection: 'acme' });
  expect(down.checks.filter(({ status }) => status === 'failure').map(({ id }) => id)).toEqual([
    'provider.acme',
    'portal.acme',
  ]);
  await expect(
    window.call('connection.check', { address: startUrl, region }),
  ).rejects.toMatchObject({ code: 'network_error', hint: expect.any(String) });
});

test('settings and a connection’s browser are there after a restart', async () => {
  const simulator = await openSimulator();
  const first = await openHelper({ simulator });
  await first.signIn('device');
  const changes = {
    theme: 'dark',
    browser: 'firefox',
    notifications: { signedIn: false },
  } as const;
  await windowOf(first).call('settings.change', { changes });
  await windowOf(first).call('connection.update', { connection: 'acme', browser: 'chromium' });
  await windowOf(first).call('account.confirm', { account: production, policy: 'first' });
  await first.stop();

  const { helper } = await openHelper({ simulator, home: first.home });
  expect(helper.state.get('settings')).toMatchObject({ theme: 'dark', browser: 'firefox' });
  expect(helper.state.get('settings').notifications).toMatchObject({
    signedIn: false,
    expiring: true,
  });
  expect(helper.state.get('connections')).toMatchObject([{ settings: { browser: 'chromium' } }]);
  await expect
    .poll(() => helper.state.get('confirm'))
    .toEqual({ 'acme/000000000042/Admin': 'first' });
});

test.each(['settings.json', 'confirmations.json'])(
  'a damaged %s is set aside and named, and Keyfob goes on',
  async (file) => {
    const simulator = await openSimulator();
    const first = await openHelper({ simulator });
    await first.signIn('device');
    await first.stop();
    await writeFile(join(first.home, file), '{"version":1,');
    const { get, helper } = await openHelper({ simulator, home: first.home });
    await expect
      .poll(() => helper.state.get('problems'))
      .toMatchObject([{ code: 'file_damaged', message: expect.stringContaining(file) }]);
    expect((await get('/v1/status')).status).toBe(200);
  },
);
