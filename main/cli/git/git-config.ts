import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyfobError } from '../../../shared/errors.ts';
import { errnoOf } from '../../platform/file-errors.ts';

/** Edits of git's configuration, done by git itself on a copy: nobody else knows its grammar as well. */

export interface GitHelper {
  /** What the repositories' addresses begin with: `https://git.example.com`. */
  readonly url: string;
  /** The `helper` line. */
  readonly helper: string;
  /** Whether git tells the helper the repository's path. */
  readonly useHttpPath: boolean;
}

/** As a regular expression of git's: the helper lines that Keyfob writes. */
const ours = '^!.*keyfob.* git .*--host ';

/**
 * Has git ask Keyfob for this address, and nobody before or after it: an empty line takes away the
 * helpers that are configured for all addresses, which would be told the token to keep.
 */
export function installHelper(text: string | null, wanted: GitHelper): Promise<string> {
  const section = `credential.${wanted.url}`;
  return edited(text ?? '', async (git) => {
    await forget(git, wanted.url);
    await git('--add', `${section}.helper`, '');
    await git('--add', `${section}.helper`, wanted.helper);
    if (wanted.useHttpPath) await git(`${section}.useHttpPath`, 'true');
  });
}

/** Takes out what `installHelper` put in. */
export function removeHelper(text: string, url: string): Promise<string> {
  return edited(text, (git) => forget(git, url));
}

/** What Keyfob has put in for an address, if it has. */
export async function installedHelper(text: string, url: string): Promise<GitHelper | undefined> {
  let found: GitHelper | undefined;
  await edited(text, async (git) => {
    const helper = (await git('--get', `credential.${url}.helper`, ours)).trim();
    const path = (await git('--get', `credential.${url}.useHttpPath`)).trim();
    if (helper !== '') found = { url, helper, useHttpPath: path === 'true' };
  });
  return found;
}

type Git = (...args: readonly string[]) => Promise<string>;

async function forget(git: Git, url: string): Promise<void> {
  const section = `credential.${url}`;
  if ((await git('--get', `${section}.helper`, ours)) === '') return;
  const lines = (await git('--get-all', `${section}.helper`)).split('\n').slice(0, -1);
  await git('--unset-all', `${section}.helper`, ours);
  const kept = (await git('--get-all', `${section}.helper`)).split('\n').slice(0, -1);
  // The empty line was for ours alone, unless somebody has put another helper below it.
  if (kept.length > 0 && kept.at(-1) !== '' && lines.at(-1) === kept.at(-1)) return;
  await withoutLastEmpty(git, `${section}.helper`, kept);
  if (kept.some(Boolean)) return;
  await git('--unset-all', `${section}.useHttpPath`);
}

/** git takes lines away by what they say alone: where several are empty, all are written anew. */
async function withoutLastEmpty(git: Git, name: string, lines: readonly string[]): Promise<void> {
  const empty = lines.filter((line) => line === '').length;
  await git('--unset-all', name, empty > 1 ? '' : '^$');
  if (empty <= 1) return;
  for (const line of lines.toSpliced(lines.lastIndexOf(''), 1)) await git('--add', name, line);
}

/** Runs `edit` with git on a copy of the text, and returns what has become of it. */
async function edited(text: string, edit: (git: Git) => Promise<void>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keyfob-git-'));
  const file = join(folder, 'config');
  try {
    await writeFile(file, text, { mode: 0o600 });
    await edit((...args) => run(['config', '--file', file, ...args]));
    return await readFile(file, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Exit codes 1 and 5 say that there is no such line. */
const absent = [1, 5];

function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('git', args, (error, stdout) => {
      if (error === null || absent.includes(Number(error.code))) resolve(stdout);
      else if (errnoOf(error) === 'ENOENT') reject(noGit(error));
      else reject(unreadable(error));
    });
  });
}

function noGit(cause: unknown): KeyfobError {
  return new KeyfobError('invalid_input', 'There is no git here.', {
    hint: 'Install git, and see that it is in PATH.',
    cause,
  });
}

function unreadable(cause: unknown): KeyfobError {
  return new KeyfobError('invalid_input', "git can't read its configuration.", {
    hint: 'See what it says: `git config --global --list`. Nothing was changed.',
    cause,
  });
}
