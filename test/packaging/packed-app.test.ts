import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { extractFile, getRawHeader, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { getConfig } from 'app-builder-lib/out/util/config/config.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AwsAccount } from '../../shared/account.ts';
import { createAwsCli } from '../support/aws-cli.ts';
import { type CliStage, setCliStage } from '../support/cli-stage.ts';
import { startHelperProcess } from '../support/helper-process.ts';
import { startOpenidStage } from '../support/openid-stage.ts';
import { runProgram } from '../support/run-program.ts';
import { type PackedApp, packApp } from './packed-app.ts';

/** The `dir` target, packed once from what has been built, around a stand-in for Electron. */

const root = realpathSync(join(import.meta.dirname, '../..'));
const run = promisify(execFile);

let app: PackedApp;
beforeAll(async () => {
  app = await packApp();
});
afterAll(() => app?.clear());

/** All that app.asar may hold: each file fits one of these, and each of these is there. */
const allowed = [
  /^package\.json$/,
  /^LICENSE$/,
  /^dist\/desktop\/app\.cjs$/,
  /^dist\/desktop\/[\w-]+-[\w-]{8}\.cjs$/,
  /^dist\/desktop\/assets\/icon\.png$/,
  /^dist\/desktop\/assets\/tray(-attention)?\.(png|ico)$/,
  /^dist\/desktop\/assets\/tray(Attention)?Template(@2x)?\.png$/,
  /^dist\/preload\/index\.cjs$/,
  /^dist\/renderer\/index\.html$/,
  /^dist\/renderer\/assets\/[\w-]+-[\w-]{8}\.js$/,
  /^dist\/renderer\/assets\/[\w-]+-[\w-]{8}\.css$/,
  /^dist\/(desktop|preload|renderer|helper|command)\/licenses\.md$/,
  /^dist\/helper\/daemon\.js$/,
  /^dist\/helper\/package\.json$/,
  /^dist\/helper\/[\w-]+-[\w-]{8}\.js$/,
  /^dist\/command\/keyfob\.cjs$/,
  /^dist\/command\/[\w-]+-[\w-]{8}\.cjs$/,
  /^node_modules\/keytar\/package\.json$/,
  /^node_modules\/keytar\/LICENSE\.md$/,
  /^node_modules\/keytar\/lib\/keytar\.js$/,
  /^node_modules\/keytar\/build\/Release\/keytar\.node$/,
];

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
  readonly unpacked?: boolean;
}

/** The files of the archive, folders left out, with whether each lies outside of it. */
function filesOf(archive: string): ReadonlyMap<string, boolean> {
  const found = new Map<string, boolean>();
  const walk = (entry: Entry, path: string) => {
    if (entry.files === undefined) found.set(path, entry.unpacked === true);
    for (const [name, child] of Object.entries(entry.files ?? {})) {
      walk(child, path === '' ? name : `${path}/${name}`);
    }
  };
  walk(getRawHeader(archive).header as Entry, '');
  return found;
}

const archive = () => join(app.resources, 'app.asar');

describe('app.asar', () => {
  test('holds what it should, and nothing else', () => {
    const files = [...filesOf(archive()).keys()];
    expect(files.filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([]);
    const missing = allowed.filter((pattern) => !files.some((file) => pattern.test(file)));
    expect(missing).toEqual([]);
    // The list comes from the archive's own header; the tool that Electron's makers give says the same.
    expect(listPackage(archive(), { isPack: false })).toEqual(
      expect.arrayContaining(files.map((file) => `/${file}`)),
    );
  });

  test('leaves outside the native module and what the command runs, and nothing else', () => {
    const outside = [...filesOf(archive())]
      .filter(([, unpacked]) => unpacked)
      .map(([file]) => file);
    const expected = /^(node_modules\/keytar|dist\/helper|dist\/command)\//;
    expect(outside.filter((file) => !expected.test(file))).toEqual([]);
    const lying = readdirSync(app.unpacked, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(app.unpacked.length + 1));
    expect(lying.toSorted()).toEqual(outside.toSorted());
  });

  test('names no development dependency and no script in its package.json', () => {
    const manifest = JSON.parse(extractFile(archive(), 'package.json').toString());
    expect(manifest).toMatchObject({ productName: 'Keyfob', main: 'dist/desktop/app.cjs' });
    expect(manifest.desktopName).toBe('dev.keyfob.app.desktop');
    expect(manifest).not.toHaveProperty('devDependencies');
    expect(manifest).not.toHaveProperty('scripts');
  });

  test('holds no path of the machine that packed it, no source map and no private key', () => {
    const texts = [...filesOf(archive())].filter(([file]) => /\.(c?js|json|html|css)$/.test(file));
    for (const [file, unpacked] of texts) {
      const text = unpacked
        ? readFileSync(join(app.unpacked, file), 'utf8')
        : extractFile(archive(), file).toString();
      expect(text.includes(root), file).toBe(false);
      expect(text, file).not.toMatch(
        /sourceMappingURL=\S+\.map|BEGIN [A-Z ]*PRIVATE KEY-+\\?n?[\w+/]/,
      );
    }
  });
});

describe('the installed folder', () => {
  test('has the archive, what lies outside of it, and the command', () => {
    expect(readdirSync(app.resources).toSorted()).toEqual([
      'app.asar',
      'app.asar.unpacked',
      'bin',
      'node-license.txt',
    ]);
    expect(readdirSync(join(app.resources, 'bin')).toSorted()).toEqual([
      'docker-credential-keyfob',
      'keyfob',
    ]);
  });

  test.each(['deb', 'rpm'] as const)('a %s brings what man and the shells read', async (kind) => {
    const config = await getConfig(root, join(root, 'electron-builder.yml'), null);
    const brought = new Map(config[kind]?.fpm?.map((pair) => pair.split('=') as [string, string]));
    const zsh = kind === 'deb' ? 'vendor-completions' : 'site-functions';
    expect([...brought.values()]).toEqual([
      '/usr/share/man/man1/keyfob.1',
      '/usr/share/bash-completion/completions/keyfob',
      `/usr/share/zsh/${zsh}/_keyfob`,
      '/usr/share/fish/vendor_completions.d/keyfob.fish',
    ]);
    for (const from of brought.keys()) {
      expect(readFileSync(join(root, from), 'utf8')).toContain('keyfob');
    }
  });

  test('brings the licence of the Node in the command', () => {
    const text = readFileSync(join(app.resources, 'node-license.txt'), 'utf8');
    expect(text).toMatch(/^Node\.js is licensed for use as follows:/);
  });

  test('asks for the licences of every library that is bundled', () => {
    const text = ['desktop', 'helper', 'command', 'renderer']
      .map((bundle) => extractFile(archive(), `dist/${bundle}/licenses.md`).toString())
      .join('\n');
    const listed = new Set([...text.matchAll(/^## (\S+) - /gm)].map(([, name]) => name));
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    // The native module lies there as it is, with its own licence beside it.
    const bundled = Object.keys(dependencies).filter((name) => name !== 'keytar');
    expect(bundled.filter((name) => !listed.has(name))).toEqual([]);
  });

  test('has a program whose fuses are flipped', async () => {
    const wire = await getCurrentFuseWire(app.program);
    const on = [
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
    ];
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ];
    const states = (those: readonly FuseV1Options[]) =>
      those.map((fuse) => String.fromCharCode(Number(wire[fuse])));
    expect(states(on)).toEqual(on.map(() => '1'));
    expect(states(off)).toEqual(off.map(() => '0'));
  });

  test('has a keychain module that Node can load', async () => {
    const script = 'process.stdout.write(Object.keys(require(process.argv[1])).join())';
    const keytar = join(app.unpacked, 'node_modules/keytar');
    const { stdout } = await run(process.execPath, ['-e', script, keytar]);
    expect(stdout.split(',')).toEqual(
      expect.arrayContaining(['getPassword', 'setPassword', 'deletePassword']),
    );
  });
});

describe('the packed helper', () => {
  test('starts, says that it is ready, and ends in good order', async () => {
    const stage = await setCliStage();
    try {
      const script = join(app.unpacked, 'dist/helper/daemon.js');
      const helper = await startHelperProcess({ env: stage.env, script });
      expect(helper.stderr()).toBe('');
      expect(await helper.end('SIGTERM')).toBe(0);
    } finally {
      await stage.clear();
    }
  });
});

describe('the command, on a machine without Node', () => {
  let stage: CliStage;
  beforeAll(async () => {
    const empty = { PATH: join(app.folder, 'locales') };
    stage = await setCliStage({ command: [app.command], env: empty });
  });
  afterAll(() => stage?.clear());

  test('starts the helper that lies beside it', async () => {
    const { code, stdout, stderr } = await stage.run(['status', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { helper } = JSON.parse(stdout);
    const words = readFileSync(`/proc/${helper.pid}/cmdline`, 'utf8').split('\0');
    expect(words.slice(0, 2)).toEqual([app.command, join(app.unpacked, 'dist/helper/daemon.js')]);
  });

  test('signs in, switches, and hands out credentials', async () => {
    await stage.addAcme();
    expect((await stage.login()).code).toBe(0);
    const { accounts } = await stage.json<{ accounts: { path: string }[] }>('accounts');
    await stage.json('use', accounts[0]?.path ?? '');
    const { code, stdout } = await stage.run(['credential-process']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ Version: 1, Expiration: expect.any(String) });
  });

  test('says how to call it, and the AWS CLI does', async () => {
    const line = /credential_process = .*/.exec((await stage.login()).stderr)?.[0] ?? '';
    expect(line).toContain(`credential_process = "${app.command}" credential-process acme/`);
    const aws = await createAwsCli();
    try {
      const config = await aws.write('config', `[profile x]\nregion = eu-west-1\n${line}\n`);
      const { AWS_ENDPOINT_URL_STS: sts = '' } = stage.env;
      const args = ['sts', 'get-caller-identity', '--profile', 'x', '--endpoint-url', sts];
      // The AWS CLI itself has to be found.
      const env = { ...stage.env, PATH: process.env.PATH ?? '', AWS_CONFIG_FILE: config };
      const asked = await aws.run(args, env);
      expect(asked).toMatchObject({ exitCode: 0, stderr: '' });
      expect(JSON.parse(asked.stdout).Arn).toContain(':assumed-role/');
    } finally {
      await aws.remove();
    }
  });

  /** What git and Docker say is read from the standard input. */
  const told = (args: readonly string[], said: string, env = stage.env) =>
    runProgram(['/bin/sh', '-c', 'printf %s "$SAID" | "$0" "$@"', ...args], { ...env, SAID: said })
      .ended;

  test('answers kubectl, git and Docker, and gives a program what it needs', async () => {
    const { accounts } = await stage.json<{ accounts: AwsAccount[] }>('accounts');
    const [account] = accounts;
    const path = account?.path ?? '';
    const where = ['--cluster', 'main', '--region', 'eu-west-1'];
    const eks = await stage.run(['kube', 'token', path, ...where]);
    expect(eks).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(eks.stdout).status.token).toMatch(/^k8s-aws-v1\./);

    const host = 'git-codecommit.eu-west-1.amazonaws.com';
    const git = [app.command, 'git', '--host', host, '--account', path, 'get'];
    const asked = await told(git, `protocol=https\nhost=${host}\npath=v1/repos/x\n\n`);
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    expect(asked.stdout).toMatch(/^password=\d{8}T\d{6}Z[0-9a-f]{64}$/m);

    const ecr = `${account?.accountId}.dkr.ecr.eu-west-1.amazonaws.com`;
    const bin = join(stage.folder, 'bin');
    const config = { DOCKER_CONFIG: join(stage.folder, 'docker'), PATH: `${bin}:/nowhere` };
    await mkdir(bin);
    // As an installer links it; what reads a link is the system's.
    const { stdout: readlink } = await run('sh', ['-c', 'command -v readlink']);
    await symlink(readlink.trim(), join(bin, 'readlink'));
    const name = 'docker-credential-keyfob';
    await symlink(join(dirname(app.command), name), join(bin, name));
    const install = await stage.run(['docker', 'install', ecr, path, '--yes'], config);
    expect(install.code).toBe(0);
    expect(readdirSync(bin).toSorted()).toEqual(['docker-credential-keyfob', 'readlink']);
    const env = { ...stage.env, ...config };
    const docker = await told([join(bin, 'docker-credential-keyfob'), 'get'], ecr, env);
    expect(docker.code).toBe(0);
    expect(JSON.parse(docker.stdout)).toMatchObject({ Username: 'AWS', ServerURL: ecr });

    const printing = ['exec', path, '--', '/usr/bin/env'];
    const exec = await stage.run(printing);
    expect(exec).toMatchObject({ code: 0, stderr: '' });
    expect(exec.stdout).toMatch(/^AWS_CONTAINER_CREDENTIALS_FULL_URI=http:\/\/127\.0\.0\.1:/m);
    expect(exec.stdout).toContain('AWS_REGION=');

    const completion = await stage.run(['completion', 'bash']);
    expect(completion).toMatchObject({ code: 0, stderr: '' });
    expect(completion.stdout).toContain('complete -F _keyfob keyfob');
  });

  test('hands out tokens of an OpenID connection, with the packed helper', async () => {
    const script = join(app.unpacked, 'dist/helper/daemon.js');
    const openid = await startOpenidStage({ script });
    try {
      await openid.add('corp', 'public');
      await openid.signIn('corp');
      const { access_token } = (await openid.token('corp')).body;
      const { code, stdout, stderr } = await stage.run(['token', 'corp/access'], openid.env);
      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout: `${access_token}\n`,
        stderr: '',
      });
      const kube = await stage.run(['kube', 'token', 'corp/access'], openid.env);
      expect(JSON.parse(kube.stdout).status.token).toMatch(/^\S+\.\S+\.\S+$/);
    } finally {
      await openid.close();
    }
  });

  test('takes no options from NODE_OPTIONS', async () => {
    const { code, stderr } = await stage.run(['status'], { NODE_OPTIONS: '--no-such-option' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('runs no other script than its helper', async () => {
    const { code, stderr } = await stage.run([join(app.unpacked, 'dist/command/keyfob.cjs')]);
    expect(code).toBe(2);
    expect(stderr).toContain('Unknown command');
  });

  test('becomes the helper itself with `daemon`', async () => {
    const own = { KEYFOB_HOME: join(stage.folder, 'another') };
    const daemon = stage.start(['daemon'], own);
    const [line] = await daemon.until(/\{"ready":true.*\}/);
    expect(JSON.parse(line).ready).toBe(true);
    daemon.child.kill('SIGTERM');
    expect((await daemon.ended).code).toBe(0);
  });
});
