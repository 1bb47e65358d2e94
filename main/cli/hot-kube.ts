import { KeyfobError } from '../../shared/errors.ts';
import type { Environment } from '../../shared/places.ts';
import { field } from './helper-error.ts';
import { commandHelper, type HotSurroundings } from './hot.ts';
import { type HotOptions, readHotOptions } from './hot-options.ts';
import { fetchToken } from './hot-token.ts';
import { notOurs } from './http-answer.ts';

/**
 * `keyfob kube token`: what kubectl runs before it speaks to a cluster (client-go credential
 * plugins).
 */

export type KubeTokenArguments = HotOptions<keyof typeof options>;

const options = {
  '--cluster': 'value',
  '--region': 'value',
  '--access-token': 'flag',
  '--scope': 'value',
  '--audience': 'value',
} as const;

/** Those that kubectl has had; later ones keep the form of `v1`. */
const apiVersion = /^client\.authentication\.k8s\.io\/v[1-9]\w{0,15}$/;
const usualApiVersion = 'client.authentication.k8s.io/v1';

/** The arguments after `kube`; undefined where it is not `token`, or not to be read at once. */
export function parseKubeToken(args: readonly string[]): KubeTokenArguments | undefined {
  const read = readHotOptions(args, options);
  return read?.words[0] === 'token' && read.words.length <= 2 ? read : undefined;
}

/** An ExecCredential in the version that kubectl asks for. Rejects as `askHelper`. */
export async function kubeToken(
  { words: [, account], values, autostart }: KubeTokenArguments,
  surroundings: HotSurroundings,
): Promise<string> {
  const version = requestedVersion(surroundings.env);
  const { '--cluster': cluster, '--region': region, '--scope': scope } = values;
  if (cluster !== undefined) {
    const input = {
      cluster,
      ...(account === undefined ? {} : { account }),
      ...(region === undefined ? {} : { region }),
    };
    const value = await commandHelper('account.eksToken', input, autostart, surroundings);
    return credential(version, field(value, 'token'), field(value, 'expiresAt'));
  }
  const answer = await fetchToken(
    {
      account,
      scope,
      audience: values['--audience'],
      // What a cluster knows people by; an access token is for those that take one.
      idToken: values['--access-token'] === undefined,
      autostart,
      holder: holder(surroundings),
    },
    surroundings,
  );
  return credential(version, answer.access_token, answer.expires_at);
}

/**
 * kubectl and its like keep a token until its end, and ask again earlier only when the cluster has
 * refused it (client-go, plugin/pkg/client/auth/exec). A person at a shell has no such variable.
 */
function holder({ env, parent = process.ppid }: HotSurroundings): number | undefined {
  return env.KUBERNETES_EXEC_INFO === undefined || parent <= 1 ? undefined : parent;
}

function requestedVersion(env: Environment): string {
  const text = env.KUBERNETES_EXEC_INFO;
  if (text === undefined || text === '') return usualApiVersion;
  const asked = field(parse(text), 'apiVersion');
  if (typeof asked === 'string' && apiVersion.test(asked)) return asked;
  throw new KeyfobError('invalid_input', 'KUBERNETES_EXEC_INFO asks for no known version.', {
    hint: `Set apiVersion in the kubeconfig's exec section to ${usualApiVersion}.`,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function credential(version: string, token: unknown, expiresAt: unknown): string {
  if (typeof token !== 'string' || typeof expiresAt !== 'string') throw notOurs();
  const status = { expirationTimestamp: expiresAt, token };
  return `${JSON.stringify({ kind: 'ExecCredential', apiVersion: version, spec: {}, status })}\n`;
}
