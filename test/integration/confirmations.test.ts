import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createInProcessClient, createRouter } from '../../main/endpoint/router.ts';
import type { CommandClient } from '../../shared/commands.ts';
import type { ActivityEntry, Confirmation } from '../../shared/model.ts';
import { compileCache } from '../support/compile-cache.ts';
import { type HelperStageOptions, openHelper, openSimulator } from '../support/helper-stage.ts';
import { runProgram } from '../support/run-program.ts';

/** What a person is asked, and what is written down, with real programs on the real socket. */

const production = 'acme/Production/Admin';
const target = `/v1/aws/credentials?account=${encodeURIComponent(production)}`;
const keyfob = join(import.meta.dirname, '../../main/cli/keyfob.ts');

async function openStage(options: Omit<HelperStageOptions, 'simulator'> = {}) {
  const simulator = await openSimulator();
  const stage = await openHelper({ simulator, ...options });
  const { helper, home, log, socket } = stage;
  const router = createRouter(helper.handlers, log);
  const window: CommandClient = createInProcessClient(router, { caller: 'window' });
  await stage.signIn('device');

  const curl = () =>
    runProgram(
      [
        ...['curl', '-sS', '--unix-socket', socket],
        ...['-w', '%{stderr}%{http_code}', `http://localhost${target}`],
      ],
      process.env,
    );
  /** The command, at this helper's socket. */
  const command = () =>
    runProgram([process.execPath, keyfob, 'credential-process', production, '--no-autostart'], {
      PATH: process.env.PATH ?? '',
      HOME: home,
      KEYFOB_HOME: home,
      KEYFOB_SOCK: socket,
      ...compileCache,
    });
  async function question(): Promise<Confirmation> {
    await expect.poll(() => helper.state.get('confirmations').length).toBe(1);
    const [first] = helper.state.get('confirmations');
    if (first === undefined) throw new Error('No question');
    return first;
  }
  async function answer(allow: boolean): Promise<void> {
    await window.call('confirmation.answer', { id: (await question()).id, allow });
  }
  async function activity(entries: number): Promise<readonly ActivityEntry[]> {
    const seen = () =>
      helper.state.get('activity').filter(({ what }) => what === 'aws-credentials');
    await expect.poll(() => seen().length).toBe(entries);
    return seen();
  }
  return { ...stage, window, curl, command, question, answer, activity };
}

test('yes: curl waits for it, then gets the credentials', async () => {
  const { answer, curl, notices, window } = await openStage();
  await window.call('account.confirm', { account: production, policy: 'always' });
  const asked = curl();
  await answer(true);
  const { code, stderr, stdout } = await asked.ended;
  expect([code, stderr]).toEqual([0, '200']);
  expect(JSON.parse(stdout)).toMatchObject({ Version: 1, AccountId: '000000000042' });
  expect(notices.at(-1)).toMatchObject({
    kind: 'confirmation',
    connection: 'acme',
    message: expect.stringContaining(production),
  });
});

test('no: tools get 403 `refused`, and the command ends with 5', async () => {
  const { activity, answer, command, curl, window } = await openStage();
  await window.call('account.confirm', { account: production, policy: 'always' });
  const curled = curl();
  await answer(false);
  const { stderr, stdout } = await curled.ended;
  expect(stderr).toBe('403');
  expect(JSON.parse(stdout)).toMatchObject({ code: 'refused', Code: 'refused' });

  const asked = command();
  await answer(false);
  const ended = await asked.ended;
  expect(ended.code).toBe(5);
  expect(ended.stdout).toBe('');
  expect(ended.stderr).toContain('allow it in the Keyfob window');

  expect(await activity(2)).toMatchObject([
    { outcome: 'refused', account: production, client: expect.stringMatching(/^keyfob\b/) },
    { outcome: 'refused', account: production, client: 'curl' },
  ]);
});

test('nobody there: after a minute it is no', async () => {
  const minutes: (() => void)[] = [];
  const { curl, helper, question, window } = await openStage({
    ports: ({ clock }) => ({
      clock: {
        now: clock.now,
        after(ms, task) {
          if (ms !== 60_000) return clock.after(ms, task);
          minutes.push(task);
          return () => void minutes.splice(minutes.indexOf(task), 1);
        },
      },
    }),
  });
  await window.call('account.confirm', { account: production, policy: 'always' });
  const asked = curl();
  await question();
  for (const task of [...minutes]) task();
  expect((await asked.ended).stderr).toBe('403');
  expect(helper.state.get('confirmations')).toEqual([]);
});

test('`first`: one yes is enough for a program, and cached credentials ask as well', async () => {
  const { answer, curl, get, question, window } = await openStage();
  expect((await get(target)).status).toBe(200);
  await window.call('account.confirm', { account: production, policy: 'first' });
  const first = curl();
  await answer(true);
  expect((await first.ended).stderr).toBe('200');
  expect((await curl().ended).stderr).toBe('200');
  await window.call('account.confirm', { account: production, policy: 'always' });
  const again = curl();
  expect((await question()).path).toBe(production);
  await answer(false);
  expect((await again.ended).stderr).toBe('403');
});

test.runIf(process.platform === 'linux')(
  'the question names the program, as the system tells it',
  async () => {
    const { answer, command, curl, question, window } = await openStage();
    await window.call('account.confirm', { account: production, policy: 'always' });
    for (const [start, client] of [
      [curl, 'curl'],
      [command, expect.stringMatching(/^keyfob \(started by .+\)$/)],
    ] as const) {
      const asked = start();
      expect((await question()).client).toEqual(client);
      await answer(false);
      await asked.ended;
    }
  },
);

test('the command says on stderr what it waits for, and nothing of it on stdout', async () => {
  const { answer, command, window } = await openStage();
  await window.call('account.confirm', { account: production, policy: 'always' });
  const asked = command();
  await asked.until(
    /This waits for your yes: .* asks for the credentials of acme\/Production\/Admin\./,
  );
  await asked.until(/`keyfob confirm` in another terminal: \d+ s left/);
  await answer(true);
  const { code, stderr, stdout } = await asked.ended;
  expect(code).toBe(0);
  expect(stderr.match(/This waits/g)).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({ Version: 1 });
});

test('who wants to be asked less hears that this takes a yes', async () => {
  const stage = await openStage();
  await stage.window.call('account.confirm', { account: production, policy: 'always' });
  const lowered = shell(stage, '"$0" "$1" accounts confirm "$2" never');
  await lowered.until(/This waits for your yes: .* wants you to be asked less/);
  await stage.answer(true);
  expect((await lowered.ended).code).toBe(0);
});

test.runIf(process.platform === 'linux')(
  'the record names the program behind the command, beyond the shell for its line',
  async () => {
    const stage = await openStage();
    const line = '"$0" "$1" credential-process "$2"; true';
    const name = (await shell(stage, `cat /proc/$PPID/comm; ${line}`).ended).stdout.split('\n')[0];
    const program = name === 'MainThread' ? 'node' : name?.replaceAll(/[^\w.+-]/g, '_');
    expect(await stage.activity(1)).toMatchObject([
      { outcome: 'ok', client: `keyfob (started by ${program})` },
    ]);
  },
);

test('who hangs up takes the question back', async () => {
  const { curl, helper, question, window } = await openStage();
  await window.call('account.confirm', { account: production, policy: 'always' });
  const asked = curl();
  await question();
  asked.child.kill();
  await expect.poll(() => helper.state.get('confirmations')).toEqual([]);
});

test('a helper that stops lets go of those who wait', async () => {
  const { curl, question, stop, window } = await openStage({ drainMs: 60_000 });
  await window.call('account.confirm', { account: production, policy: 'always' });
  const asked = curl();
  await question();
  const began = performance.now();
  await stop();
  expect((await asked.ended).stderr).toBe('403');
  expect(performance.now() - began).toBeLessThan(30_000);
});

/** Runs a line of shell with the command, asking on this helper's socket. */
function shell(
  stage: Awaited<ReturnType<typeof openStage>>,
  line: string,
  how = ['sh', '-c', line],
) {
  const { home, socket } = stage;
  return runProgram([...how, process.execPath, keyfob, production], {
    PATH: process.env.PATH ?? '',
    HOME: home,
    KEYFOB_HOME: home,
    KEYFOB_SOCK: socket,
    KEYFOB_NO_AUTOSTART: '1',
    ...compileCache,
  });
}

test('what asks on the socket can’t answer there, nor end the asking by itself', async () => {
  const { answer, curl, post, question, window, helper } = await openStage();
  await window.call('account.confirm', { account: production, policy: 'always' });
  const asked = curl();
  const { id } = await question();
  for (const [name, input, code] of [
    ['confirmation.answer', { id, allow: true }, 'refused'],
    ['account.copyEnvironment', { account: production }, 'not_allowed'],
    ['clipboard.copy', { text: 'x' }, 'not_allowed'],
    ['link.open', { connection: 'acme', what: 'startUrl' }, 'not_allowed'],
  ] as const) {
    const { body, status } = await post(`/v1/commands/${name}`, input);
    expect([name, status, JSON.parse(body).code]).toEqual([name, 403, code]);
  }
  await answer(false);
  expect((await asked.ended).stderr).toBe('403');

  const lowered = post('/v1/commands/account.confirm', { account: production, policy: 'never' });
  expect(await question()).toMatchObject({ policy: 'never' });
  await answer(false);
  expect((await lowered).status).toBe(403);
  expect(Object.values(helper.state.get('confirm'))).toEqual(['always']);
});

test.runIf(process.platform === 'linux')(
  'a script may not allow what it has asked for itself',
  async () => {
    const stage = await openStage();
    await stage.window.call('account.confirm', { account: production, policy: 'always' });
    const { stderr, stdout } = await shell(
      stage,
      '"$0" "$1" credential-process "$2" & asked=$!; for n in 1 2 3 4 5 6 7 8 9; do sleep 1; "$0" "$1" confirm --yes; code=$?; [ $code = 1 ] || break; done; echo "answered $code"; "$0" "$1" confirm --no; wait $asked; echo "asked $?"',
    ).ended;
    expect(stdout, stderr).toMatch(/^answered 5$/m);
    expect(stdout, stderr).toMatch(/^asked 5$/m);
    expect(stderr).toContain('A program may not allow what it has asked for itself.');
    expect(stdout).not.toContain('SecretAccessKey');
  },
);

test.runIf(process.platform === 'linux')(
  'a person in another terminal sees who waits, and allows it from the command line',
  async () => {
    const stage = await openStage();
    await stage.window.call('account.confirm', { account: production, policy: 'always' });
    // As a terminal's shell, it leads a session of its own.
    const script = join(stage.home, 'session.sh');
    await writeFile(script, '"$1" "$2" credential-process "$3"; true');
    const asked = shell(stage, '', ['setsid', '--wait', 'sh', script]);
    const { id } = await stage.question();
    const seen = await shell(stage, '"$0" "$1" confirm --json').ended;
    expect(JSON.parse(seen.stdout).confirmations).toMatchObject([{ id, path: production }]);
    const answered = await shell(stage, `"$0" "$1" confirm ${id} --yes`).ended;
    expect(answered.stderr + answered.stdout).toMatch(/^Allowed: /);
    expect((await asked.ended).stdout).toContain('SecretAccessKey');
  },
);

test('the record says who asked, how often and how it went; 500 requests are one push', async () => {
  const { activity, client, curl, get, helper } = await openStage();
  let pushes = 0;
  helper.state.subscribe((slice) => {
    if (slice === 'activity') pushes += 1;
  });
  const began = performance.now();
  for (let n = 0; n < 500; n += 1) await get(target);
  await curl().ended;
  await get('/v1/aws/credentials?account=nothing');
  const entries = await activity(3);
  expect(pushes).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - began) / 1_000));
  expect(entries).toMatchObject([
    { client: 'a local program', account: 'nothing', outcome: 'unknown_account', count: 1 },
    { client: 'curl', account: production, outcome: 'ok', count: 1 },
    { client: 'a local program', account: production, outcome: 'ok', count: 500 },
  ]);

  await client.call('signOut', { connection: 'acme' });
  await get(target);
  const after = await activity(4);
  expect(after[0]).toMatchObject({ outcome: 'sign_in_required', connection: 'acme' });
  const kinds = new Set(helper.state.get('activity').map(({ what }) => what));
  expect(kinds).toEqual(new Set(['aws-credentials', 'sign-in', 'sign-out', 'connection-add']));
});
