import { ratioOf, ratioText, spreadText } from '../measure.ts';
import { startAwsSso } from '../peers/aws-sso.ts';
import type { BenchOptions, Row } from '../row.ts';
import { type BenchStage, oneAccount } from '../stage.ts';

/** The AWS CLI with the credentials of one role: by its own sign-in, and by Keyfob. */
export async function ssoRow(stage: BenchStage, { quick }: BenchOptions): Promise<Row> {
  const what = '`aws configure export-credentials` by credential_process, whole process';
  const bar = "≤ 1.1 × the same by the AWS CLI's own SSO provider";
  const account = oneAccount(stage);
  const peer = account.kind === 'aws-role' ? await startAwsSso(stage, account) : undefined;
  if (peer === undefined) {
    return { what, bar, value: 'there is no AWS CLI here', met: undefined, noise: [] };
  }
  const times = { ours: [] as number[], kept: [] as number[], fetched: [] as number[] };
  try {
    await peer.time('ours');
    await peer.time('own');
    for (let round = 0; round < (quick ? 7 : 15); round += 1) {
      times.ours.push(await peer.time('ours'));
      times.kept.push(await peer.time('own'));
      peer.forget();
      times.fetched.push(await peer.time('own'));
    }
  } finally {
    peer.end();
  }
  const compared = ratioOf(times.ours, times.kept);
  return {
    what,
    bar,
    value: ratioText(compared),
    met: compared.ratio <= 1.1,
    noise: [
      `by Keyfob, which keeps them in memory ${spreadText(times.ours, 'ms', 0)}`,
      `by the CLI, which keeps them in a file ${spreadText(times.kept, 'ms', 0)}; fetched anew ${spreadText(times.fetched, 'ms', 0)}`,
    ],
  };
}
