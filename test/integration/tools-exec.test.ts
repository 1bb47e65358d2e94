import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account, AwsAccount } from '../../shared/account.ts';
import { type CliStage, setCliStage } from '../support/cli-stage.ts';

/** `keyfob exec`, as processes: what the program sees, how it ends, and what ends with it. */

let stage: CliStage;
let account: AwsAccount;
beforeAll(async () => {
  stage = await setCliStage();
  await stage.addAcme();
  await stage.login();
  const { accounts } = await stage.json<{ accounts: Account[] }>('accounts');
  account = accounts[0] as AwsAccount;
});
afterAll(() => stage.clear());

const node = (code: string) => [process.execPath, '-e', code];
const exec = (code: string, ...args: string[]) => [
  'exec',
  account.path,
  ...args,
  '--',
  ...node(code),
];

async function grants(): Promise<readonly { label: string }[]> {
  return (await stage.json<{ grants: { label: string }[] }>('grant', 'list')).grants;
}

/** Asks the endpoint as a tool would. */
async function ask(env: { url: string; token: string }) {
  const answer = await fetch(env.url, { headers: { Authorization: env.token } });
  return answer.status;
}

const show =
  'const e = process.env; console.log(JSON.stringify({url: e.AWS_CONTAINER_CREDENTIALS_FULL_URI, token: e.AWS_CONTAINER_AUTHORIZATION_TOKEN}));';

describe('exec', () => {
  test('lets the real AWS CLI act as the account, by the container endpoint', async () => {
    const { AWS_ENDPOINT_URL_STS = '' } = stage.env;
    const asked = ['sts', 'get-caller-identity', '--endpoint-url', AWS_ENDPOINT_URL_STS];
    const aws = ['exec', account.path, '--', 'aws', ...asked, '--output', 'json'];
    const { code, stdout, stderr } = await stage.run(aws, {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PROFILE: 'there-is-none',
      AWS_ACCESS_KEY_ID: 'AKIASTALE',
      AWS_SECRET_ACCESS_KEY: 'stale',
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      Account: account.accountId,
      Arn: expect.stringContaining(account.roleName),
    });
  });

  test('and by variables', async () => {
    const { AWS_ENDPOINT_URL_STS = '' } = stage.env;
    const asked = ['sts', 'get-caller-identity', '--endpoint-url', AWS_ENDPOINT_URL_STS];
    const aws = ['exec', account.path, '--static', '--', 'aws', ...asked, '--output', 'json'];
    const { code, stdout } = await stage.run(aws, { AWS_EC2_METADATA_DISABLED: 'true' });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ Account: account.accountId });
  });

  test('even where the default profile has credentials of its own', async () => {
    const config = join(stage.folder, 'default-config');
    writeFileSync(config, '[default]\naws_access_key_id = AKIAWRONG\naws_secret_access_key = x\n');
    const { AWS_ENDPOINT_URL_STS = '' } = stage.env;
    const asked = ['sts', 'get-caller-identity', '--endpoint-url', AWS_ENDPOINT_URL_STS];
    const { stdout, stderr } = await stage.run(
      ['exec', account.path, '--', 'aws', ...asked, '--output', 'json'],
      { AWS_CONFIG_FILE: config, AWS_EC2_METADATA_DISABLED: 'true' },
    );
    expect(stderr).toContain('hidden');
    expect(JSON.parse(stdout)).toMatchObject({ Account: account.accountId });
  });

  test.each([
    ['its exit code', 'process.exit(42)', 42],
    ['128 + the signal that ended it', 'process.kill(process.pid, "SIGKILL")', 137],
  ])('ends with %s', async (_what, code, expected) => {
    expect((await stage.run(exec(code))).code).toBe(expected);
  });

  test('says that there is no such program, with 127 as shells have it', async () => {
    const { code, stderr } = await stage.run([
      ...['exec', account.path, '--', 'there-is-no-such-program'],
    ]);
    expect(code).toBe(127);
    expect(stderr).toMatch(/^keyfob: There is no program .*\n {2}\S/);
    expect(await grants()).toEqual([]);
  });

  test.runIf(process.platform !== 'win32')(
    'says of a script whose interpreter is not there that it can’t be run, with 126',
    async () => {
      const script = join(stage.folder, 'script');
      writeFileSync(script, '#!/there/is/no/such/interpreter\n', { mode: 0o755 });
      const { code, stderr } = await stage.run(['exec', account.path, '--', script]);
      expect(code).toBe(126);
      expect(stderr).toMatch(/script can't be run\.\n.*first line/);
    },
  );

  test('passes input, output and arguments on as they are', async () => {
    const words = ['--region', 'a b', '$HOME', '--'];
    const { stdout } = await stage.run([
      ...[
        'exec',
        account.path,
        '--',
        ...node('console.log(JSON.stringify(process.argv.slice(1)))'),
      ],
      '--',
      ...words,
    ]);
    expect(JSON.parse(stdout)).toEqual(words);
  });

  test('passes signals on, and the program decides what they mean', async () => {
    const waits = `process.on('SIGTERM', () => { console.log('told'); process.exit(3); }); console.log('up'); setInterval(() => {}, 1000);`;
    const run = stage.start(exec(waits));
    await run.until(/up/);
    run.child.kill('SIGTERM');
    const { code, stdout } = await run.ended;
    expect({ code, stdout }).toEqual({ code: 3, stdout: 'up\ntold\n' });
  });

  test('leaves Ctrl-C to the terminal, which tells the program itself, when input is a pipe too', async () => {
    const counts = join(stage.folder, 'counts.cjs');
    // The command is held until the program has been told, so that nothing falls together.
    writeFileSync(
      counts,
      `let told = 0; const hold = (signal) => process.kill(process.ppid, signal);
process.on('SIGINT', () => { told += 1; setTimeout(hold, 100, 'SIGCONT'); });
hold('SIGSTOP'); console.log('up');
setInterval(() => {}, 1000);
process.once('SIGINT', () => setTimeout(() => { console.log('told ' + told); process.exit(); }, 1500));`,
    );
    const keyfob = join(import.meta.dirname, '../../main/cli/keyfob.ts');
    const words = [process.execPath, keyfob, 'exec', account.path, '--', process.execPath, counts];
    const line = `printf x | ${words.map((word) => `'${word}'`).join(' ')}`;
    const terminal = spawn('script', ['-qec', line, '/dev/null'], { env: stage.env });
    let shown = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    await expect.poll(() => shown).toContain('up');
    terminal.stdin.write('\x03');
    await expect.poll(() => shown).toMatch(/told \d/);
    expect(shown).toContain('told 1');
    terminal.kill();
  });

  test('gives a permission that works while the program runs, and ends with it', async () => {
    const run = stage.start(
      exec(`${show} process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);`),
    );
    const [line] = await run.until(/\{.*\}/);
    const env = JSON.parse(line);
    expect(await ask(env)).toBe(200);
    expect((await grants()).map(({ label }) => label)).toContain('exec node');
    run.child.kill('SIGTERM');
    await run.ended;
    await expect.poll(() => ask(env)).toBe(401);
    // That of a program that never ran was held by nobody, and ends after ten seconds.
    await expect.poll(() => grants()).toEqual([]);
  });

  test('takes the permission along even when it is killed', async () => {
    const file = join(stage.folder, 'orphan');
    const run = stage.start(
      exec(
        `${show} require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); setTimeout(() => {}, 200_000);`,
      ),
    );
    const [line] = await run.until(/\{.*\}/);
    expect(await ask(JSON.parse(line))).toBe(200);
    run.child.kill('SIGKILL');
    try {
      await expect.poll(() => ask(JSON.parse(line))).toBe(401);
    } finally {
      await expect.poll(() => readFileSync(file, 'utf8')).not.toBe('');
      process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL');
    }
  });

  test('goes on when the helper is replaced: the same token opens the next one', async () => {
    const run = stage.start(
      exec(`${show} process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);`),
    );
    const [line] = await run.until(/\{.*\}/);
    const env = JSON.parse(line);
    const pid = (await stage.helperPid()) ?? 0;
    process.kill(pid, 'SIGTERM');
    await expect.poll(() => ask(env).catch(() => 0)).not.toBe(0);
    // Signed out by now, since this helper keeps its secrets in memory; but known.
    await expect.poll(() => ask(env)).toBe(403);
    run.child.kill('SIGTERM');
    await run.ended;
  });
});
