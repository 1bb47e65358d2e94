import { chmod, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { CommandClient } from '../../../shared/commands.ts';
import { isKeyfobError, KeyfobError } from '../../../shared/errors.ts';
import type { Registry } from '../../../shared/registry.ts';
import type { CliContext, CommonOptions } from '../context.ts';
import { helperBefore, installRegistry, removeRegistry } from '../docker/docker-config.ts';
import { foundLauncher, newLauncher } from '../docker/launcher.ts';
import { installInto, removeFrom } from '../edits/edits.ts';
import { examples, next } from '../help.ts';
import { printable } from '../printable.ts';

interface DockerOptions extends CommonOptions {
  readonly username?: string;
  readonly config?: string;
  readonly binDir?: string;
  readonly yes?: boolean;
}

/** `docker install`, `docker remove`. What Docker itself calls, the entry answers without coming here. */
export function addDocker(program: Command, context: CliContext): void {
  const docker = program
    .command('docker')
    .description('Lets Docker sign in to registries through Keyfob');
  const install = docker
    .command('install')
    .description('Has Docker ask Keyfob for one registry; shows the change first')
    .argument('<registry>', 'Its host: 111111111111.dkr.ecr.eu-west-1.amazonaws.com')
    .argument('<account>', 'Path or id of the account')
    .option('--username <name>', 'What the registry takes beside a token; default: oauth2')
    .option('--config <folder>', "Docker's folder; default: DOCKER_CONFIG, or ~/.docker")
    .option('--bin-dir <folder>', 'Where docker-credential-keyfob goes, if it is not in PATH')
    .option('--yes', 'Do not ask')
    .action(async (registry: string, account: string, _options, command: Command) => {
      const options = command.optsWithGlobals<DockerOptions>();
      const host = hostOf(registry);
      const client = context.connect(options.autostart);
      const path = configPath(options, context);
      const takeBack = await setRegistry(client, host, account, options.username, path);
      try {
        await putLauncher(context, options);
        const edit = { yes: options.yes ?? false };
        const change = (text: string | null) => installRegistry(text, host);
        const done = await installInto(path, change, context, edit);
        context.err(done ? `Docker signs in to ${host} through Keyfob.\n` : 'Nothing to change.\n');
      } catch (error) {
        await takeBack();
        throw error;
      }
    });
  examples(install, [
    [
      'A registry of Amazon ECR',
      'keyfob docker install 111111111111.dkr.ecr.eu-west-1.amazonaws.com \\\n      acme/prod/Developer',
    ],
    ['A registry that takes tokens', 'keyfob docker install registry.example.com corp/access'],
  ]);
  next(
    install,
    'No `docker login` is needed, and none does harm. Take it back with\n`keyfob docker remove REGISTRY`.',
  );
  addRemove(docker, context);
}

function addRemove(docker: Command, context: CliContext): void {
  const remove = docker
    .command('remove')
    .description('Takes back what `docker install` did; shows the change first')
    .argument('<registry>', 'Its host')
    .option('--config <folder>', "Docker's folder; default: DOCKER_CONFIG, or ~/.docker")
    .option('--yes', 'Do not ask')
    .action(async (registry: string, _options, command: Command) => {
      const options = command.optsWithGlobals<DockerOptions>();
      const host = hostOf(registry);
      const client = context.connect(options.autostart);
      const before = (await registryOf(client, host))?.helperBefore;
      const done = await removeFrom(
        configPath(options, context),
        {
          install: (text) => installRegistry(text, host),
          remove: (text) => removeRegistry(text, host, before),
        },
        context,
        { yes: options.yes ?? false },
      );
      const known = await client.call('registry.remove', { host }).then(
        () => true,
        (error: unknown) => {
          if (isKeyfobError(error, 'not_found')) return false;
          throw error;
        },
      );
      context.err(
        done || known ? 'Docker signs in there as it did before.\n' : 'Nothing to change.\n',
      );
    });
  examples(remove, [['One registry', 'keyfob docker remove registry.example.com']]);
}

/** Tells the helper first, which knows what fits together; returns the way back. */
async function setRegistry(
  client: CommandClient,
  host: string,
  account: string,
  username: string | undefined,
  path: string,
): Promise<() => Promise<unknown>> {
  const before = await registryOf(client, host);
  const named = username === undefined ? {} : { username };
  const text = await readFile(path, 'utf8').catch(() => null);
  const helper = helperBefore(text, host) ?? before?.helperBefore;
  const replaced = helper === undefined ? {} : { helperBefore: helper };
  await client.call('registry.set', { host, account, ...named, ...replaced });
  return () =>
    before === undefined
      ? client.call('registry.remove', { host })
      : client.call('registry.set', before);
}

async function registryOf(client: CommandClient, host: string): Promise<Registry | undefined> {
  const { registries } = await client.call('registry.list', {});
  return registries.find((one) => one.host === host);
}

async function putLauncher(context: CliContext, options: DockerOptions): Promise<void> {
  if (options.binDir === undefined && foundLauncher(context) !== undefined) return;
  const { path, text, inPath } = newLauncher(context, options.binDir);
  await installInto(path, () => text, context, { yes: options.yes ?? false });
  if (context.platform !== 'win32') await chmod(path, 0o755);
  if (!inPath) {
    context.err(`Put ${printable(dirname(path))} in PATH: Docker looks for it there.\n`);
  }
}

function configPath(
  { config }: DockerOptions,
  { env, platform }: Pick<CliContext, 'env' | 'platform'>,
): string {
  const home = (platform === 'win32' ? env.USERPROFILE : env.HOME) || homedir();
  return join(config ?? (env.DOCKER_CONFIG || join(home, '.docker')), 'config.json');
}

/** Docker asks by the host alone. */
function hostOf(text: string): string {
  const host = text
    .replace(/^https?:\/\//i, '')
    .replace(/\/.*$/s, '')
    .toLowerCase();
  if (/^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(host)) return host;
  throw new KeyfobError('invalid_input', 'This is no host of a registry.', {
    hint: 'Write it as in registry.example.com or 127.0.0.1:5000.',
  });
}
