import { interleave, ratioOf, ratioText, spreadText, timeProcess } from '../measure.ts';
import { type OpenidProcess, signInToOpenid, startOpenidProcess } from '../openid.ts';
import { oidcToken, startOidcAgent } from '../peers/oidc-agent.ts';
import type { BenchOptions, Row } from '../row.ts';
import { type BenchStage, keyfob } from '../stage.ts';
import { compareLoads } from './requests.ts';

/** Tokens of an OpenID provider: by the command, beside oidc-agent at the same one; by the socket. */
export async function tokenRows(stage: BenchStage, options: BenchOptions): Promise<readonly Row[]> {
  const provider = await startOpenidProcess();
  try {
    const account = await signInToOpenid(stage, provider);
    return [
      await commandRow(stage, account, provider, options),
      await compareLoads(stage, options, {
        what: 'warm `GET /v1/token`, keep-alive',
        path: `/v1/token?account=${encodeURIComponent(account)}`,
      }),
    ];
  } finally {
    await provider.end();
  }
}

async function commandRow(
  stage: BenchStage,
  account: string,
  provider: OpenidProcess,
  { quick }: BenchOptions,
): Promise<Row> {
  const repeats = quick ? 15 : 60;
  const token = () => timeProcess([keyfob, 'token', account], stage.env);
  const { one, other } = interleave(repeats, token, () =>
    timeProcess([process.execPath, '-e', '0'], stage.env),
  );
  const compared = ratioOf(one, other);
  return {
    what: `\`keyfob token ${account}\`, warm helper, whole process`,
    bar: '≤ 1.3 × `node -e 0`',
    value: ratioText(compared),
    met: compared.ratio <= 1.3,
    noise: [
      `keyfob ${spreadText(one, 'ms')}`,
      `node -e 0 ${spreadText(other, 'ms')}`,
      await beside(provider, token, repeats),
    ],
  };
}

/** A program in C, against which a Node process can't win: it says what the price of Node is. */
async function beside(
  provider: OpenidProcess,
  token: () => number,
  repeats: number,
): Promise<string> {
  const agent = await startOidcAgent(provider);
  if (agent === undefined) {
    return 'oidc-token: not installed here (Debian has it in oidc-agent-cli)';
  }
  try {
    const { one, other } = interleave(repeats, token, () =>
      timeProcess([oidcToken, 'corp'], agent.env),
    );
    return `${agent.version}, same provider: ${spreadText(other, 'ms')}; keyfob beside it ${spreadText(one, 'ms')}`;
  } finally {
    await agent.end();
  }
}
