import type { AwsFiles, ForeignFileVersion } from '../../main/ports.ts';
import { KeyfobError } from '../../shared/errors.ts';

/** The files of the AWS tools in memory. */
export interface FakeAwsFiles extends AwsFiles {
  /** Names in the file of credentials. */
  credentials: string[];
  /** What aws-sso-cli has configured. */
  awsSsoCli: string | null;
  /** Every content that was written over. */
  readonly backups: string[];
  /** Runs right before a write looks whether the file is still the same. */
  beforeWrite: () => void;
  /** Every write fails with this, until undefined. */
  failure: KeyfobError | undefined;
}

/** @param held where the content of `~/.aws/config` is held */
export function createFakeAwsFiles(held: { awsConfig: string | null }): FakeAwsFiles {
  const path = '/home/me/.aws/config';
  const version = (): ForeignFileVersion => ({
    path,
    text: held.awsConfig,
    identity: held.awsConfig === null ? 'none' : `text ${held.awsConfig}`,
  });
  const files: FakeAwsFiles = {
    credentials: [],
    awsSsoCli: null,
    backups: [],
    beforeWrite: () => undefined,
    failure: undefined,
    config: {
      read: async () => version(),
      async write(text, since) {
        files.beforeWrite();
        if (files.failure !== undefined) throw files.failure;
        if (version().identity !== since.identity) {
          throw new KeyfobError('file_changed', `${path} was changed meanwhile.`);
        }
        const backup = held.awsConfig === null ? null : `${path}.keyfob-${files.backups.length}`;
        if (held.awsConfig !== null) files.backups.push(held.awsConfig);
        held.awsConfig = text;
        return { path, backup };
      },
    },
    credentialsProfiles: async () => files.credentials,
    readAwsSsoCliConfig: async () => files.awsSsoCli,
  };
  return files;
}
