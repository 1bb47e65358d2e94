import { interleave, ratioOf, ratioText, spreadText, timeProcess } from '../measure.ts';
import type { BenchOptions, Row } from '../row.ts';
import { type BenchStage, credentialsPath, keyfob, oneAccount } from '../stage.ts';

/** The whole process of the command, against a Node that does nothing. */
export function commandRow(stage: BenchStage, { quick }: BenchOptions): Row {
  const { path } = oneAccount(stage);
  const { one, other } = interleave(
    quick ? 15 : 60,
    () => timeProcess([keyfob, 'credential-process', path], stage.env),
    () => timeProcess([process.execPath, '-e', '0'], stage.env),
  );
  const compared = ratioOf(one, other);
  return {
    what: '`keyfob credential-process`, warm helper, whole process',
    bar: '≤ 1.3 × `node -e 0`',
    value: ratioText(compared),
    met: compared.ratio <= 1.3,
    noise: [`keyfob ${spreadText(one, 'ms')}`, `node -e 0 ${spreadText(other, 'ms')}`],
  };
}

/** The form for tools that can run curl, against a curl that asks nobody. */
export function curlRow(stage: BenchStage, { quick }: BenchOptions): Row {
  const url = `http://localhost${credentialsPath(oneAccount(stage))}`;
  const { one, other } = interleave(
    quick ? 15 : 60,
    () => timeProcess(['curl', '-sSf', '--unix-socket', stage.helper.socket, url], stage.env),
    () => timeProcess(['curl', '--version'], stage.env),
  );
  const compared = ratioOf(one, other);
  return {
    what: 'the same through `curl --unix-socket`',
    bar: '≤ 2 × `curl --version`',
    value: ratioText(compared),
    met: compared.ratio <= 2,
    noise: [`with the socket ${spreadText(one, 'ms')}`, `--version ${spreadText(other, 'ms')}`],
  };
}
