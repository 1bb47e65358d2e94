import type { Context } from './context.ts';
import { headerOf, json, type Reply, type SimRequest } from './http.ts';
import type { Keys } from './keys.ts';
import { SignatureRefused, verifySignature } from './signature.ts';

/** Where the JSON protocol of AWS names its operation. */
const operations = [
  'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
  'SpencerFrontendService.GetAuthorizationToken',
];

const lifetimeMs = 12 * 3_600_000;

export interface Ecr {
  /** Whether a request speaks to this service. */
  takes(request: SimRequest): boolean;
  handle(request: SimRequest): Reply;
  /** The account that a password belongs to, while it is good. */
  accountOf(password: string): string | undefined;
}

/** ECR's API, as far as signing in to a registry goes: GetAuthorizationToken. */
export function createEcr(context: Context, keys: Keys): Ecr {
  const passwords = new Map<string, { readonly accountId: string; readonly expiresAt: number }>();

  return {
    takes: (request) => operations.includes(headerOf(request, 'x-amz-target') ?? ''),

    handle(request) {
      const isPublic = headerOf(request, 'x-amz-target') === operations[1];
      const service = isPublic ? 'ecr-public' : 'ecr';
      try {
        const { key, region } = verifySignature(request, { service, keys, now: context.now() });
        const { accountId } = key.principal;
        const password = context.mint.signinToken();
        const expiresAt = context.now() + lifetimeMs;
        passwords.set(password, { accountId, expiresAt });
        const data = {
          authorizationToken: context.mint.remember(
            Buffer.from(`AWS:${password}`).toString('base64'),
          ),
          expiresAt: expiresAt / 1000,
        };
        const proxyEndpoint = `https://${accountId}.dkr.ecr.${region}.amazonaws.com`;
        return json(200, {
          authorizationData: isPublic ? data : [{ ...data, proxyEndpoint }],
        });
      } catch (error) {
        if (!(error instanceof SignatureRefused)) throw error;
        const type =
          error.problem === 'mismatch'
            ? 'InvalidSignatureException'
            : 'UnrecognizedClientException';
        return json(400, { __type: type, message: error.message });
      }
    },

    accountOf(password) {
      const found = passwords.get(password);
      return found !== undefined && found.expiresAt > context.now() ? found.accountId : undefined;
    },
  };
}
