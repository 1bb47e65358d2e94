import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The AWS CLI with a home of its own, so that nothing of this machine's reaches it. */
export interface AwsCli {
  readonly home: string;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<AwsCliResult>;
  /** Writes a file in the home, and returns its path. */
  write(name: string, text: string): Promise<string>;
  remove(): Promise<void>;
}

export interface AwsCliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Debian's, which is version 2, where it is; else the one on the path. */
const executable = existsSync('/usr/bin/aws') ? '/usr/bin/aws' : 'aws';

export async function createAwsCli(): Promise<AwsCli> {
  const home = await mkdtemp(join(tmpdir(), 'keyfob-aws-'));
  return {
    home,
    run: (args, env = {}) =>
      new Promise((resolve, reject) => {
        const options = { env: { ...isolated(home), ...env }, maxBuffer: 10_000_000 };
        const child = execFile(executable, args, options, (error, stdout, stderr) => {
          // A string is Node's own code: the program did not run.
          if (typeof error?.code === 'string') reject(error);
          else resolve({ exitCode: error?.code ?? 0, stdout, stderr });
        });
        child.stdin?.end();
      }),
    async write(name, text) {
      const path = join(home, name);
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(path, text, { mode: 0o600 });
      return path;
    },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

function isolated(home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    // Nothing of Windows works without it.
    ...(process.env.SystemRoot === undefined ? {} : { SystemRoot: process.env.SystemRoot }),
    HOME: home,
    USERPROFILE: home,
    // The program is Python: without this, names beyond ASCII end it.
    LC_ALL: 'C.UTF-8',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  };
}
