import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';

const url = new URL('../../../../main/platform/node-ports.ts', import.meta.url).href;
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyfob-ports-'));
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

/** Runs `script` in a process of its own, with `ports` at hand. */
async function run(script: string, env: Record<string, string> = {}) {
  const source = `
    import { createRequire } from 'node:module';
    import { createNodePorts } from ${JSON.stringify(url)};
    const state = ${JSON.stringify(folder)};
    const ports = createNodePorts({
      env: process.env,
      platform: process.platform,
      places: { state, log: state + '/log', socket: state + '/helper.sock' },
    });
    const loaded = () => ['keytar', 'undici', 'pino'].filter((name) =>
      Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('/node_modules/' + name + '/')));
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    env: { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { output: output.trim(), errors, code, signal };
}

test('the heavy libraries are loaded on first use, not before', async () => {
  const { output, errors } = await run(
    `
    const seen = [loaded()];
    ports.wake.subscribe(() => {});
    ports.clock.after(60_000, () => {});
    await ports.secrets.get('acme').catch(() => {});
    seen.push(loaded());
    ports.log('info', 'x');
    while (!loaded().includes('pino')) await new Promise((resolve) => setTimeout(resolve, 10));
    seen.push(loaded());
    console.log(JSON.stringify(seen));`,
  );
  expect(errors).toBe('');
  expect(JSON.parse(output)).toEqual([[], ['keytar'], ['keytar', 'pino']]);
});

test('timers and listeners keep no process alive, and notices go to the log', async () => {
  const { code, errors } = await run(
    `ports.clock.after(600_000, () => {});
     ports.wake.subscribe(() => {});
     ports.notifier.notify({ kind: 'sign_in_required', connection: 'acme', message: 'Sign in.' });`,
    { KEYFOB_KEYCHAIN: 'memory' },
  );
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(JSON.parse(await readFile(join(folder, 'log', 'keyfob.log'), 'utf8'))).toMatchObject({
    event: 'notice',
    kind: 'sign_in_required',
    connection: 'acme',
  });
});

test('the file store works behind the ports', async () => {
  const passphrase = join(folder, 'passphrase');
  const env = { KEYFOB_KEYCHAIN: 'file', KEYFOB_PASSPHRASE_FILE: passphrase };
  const write = `(await import('node:fs')).writeFileSync(${JSON.stringify(passphrase)}, 'open sesame');`;
  const first = await run(`${write} await ports.secrets.set('acme', 'x'); ports.exit(7);`, env);
  expect(first).toMatchObject({ code: 7, errors: '' });
  const second = await run(`console.log(await ports.secrets.get('acme'))`, env);
  expect(second).toMatchObject({ output: 'x', errors: '' });
});

test.runIf(process.platform === 'linux')(
  'the process can end while the keychain owes an answer',
  async () => {
    // A bus that accepts and says nothing, as a prompt that nobody answers.
    const path = join(folder, 'bus');
    const ended = run(
      `const { createServer } = await import('node:net');
       createServer(() => ports.exit(0)).listen(${JSON.stringify(path)}, () => {
         ports.secrets.get('acme').catch(() => {});
       });`,
      { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` },
    );
    expect(await ended).toMatchObject({ code: null, signal: 'SIGTERM' });
  },
);
