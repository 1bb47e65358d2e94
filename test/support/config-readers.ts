import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSharedConfigFiles } from '@smithy/core/config';

/** The real readers of `~/.aws/config`, many files at a time. */

export type Profiles = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
export type Reading = { readonly profiles: Profiles } | { readonly error: string };

const script = `
import json, os, sys, tempfile
try:
    from awscli.botocore import configloader
except ImportError:
    from botocore import configloader
answers = []
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, 'config')
    for text in json.load(sys.stdin):
        with open(path, 'wb') as file:
            file.write(text.encode())
        try:
            answers.append({'profiles': configloader.load_config(path)['profiles']})
        except configloader.botocore.exceptions.ConfigParseError as error:
            answers.append({'error': str(error)})
json.dump(answers, sys.stdout)
`;

/** As botocore reads them: that of Debian's AWS CLI, else whichever Python has. */
export function readWithBotocore(texts: readonly string[]): Promise<Reading[]> {
  const python = existsSync('/usr/bin/aws') ? '/usr/bin/python3' : 'python3';
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 50_000_000, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } };
    const child = execFile(python, ['-c', script], options, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as Reading[]);
      else reject(new Error(`${python}: ${stderr}`));
    });
    child.stdin?.end(JSON.stringify(texts));
  });
}

/** As the AWS SDK for JavaScript reads them. */
export async function readWithSdk(texts: readonly string[]): Promise<Profiles[]> {
  const folder = await mkdtemp(join(tmpdir(), 'keyfob-sdk-'));
  try {
    const readings: Profiles[] = [];
    for (const [index, text] of texts.entries()) {
      const configFilepath = join(folder, `config-${index}`);
      await writeFile(configFilepath, text);
      const filepath = join(folder, 'none');
      const { configFile } = await loadSharedConfigFiles({ filepath, configFilepath });
      readings.push(configFile as Profiles);
    }
    return readings;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
