import { InvalidArgumentError } from 'commander';
import {
  type OidcEndpoints,
  oidcEndpointsSchema,
  type ResponseProtection,
} from '../../shared/oidc-settings.ts';

/** How the options of an OpenID connection are read that name one of several things. */

type Protected = 'idToken' | 'userinfo' | 'introspection';

/** In what form which answers of the provider must come. */
export type Protections = Partial<Record<Protected, ResponseProtection>>;

const protectedNames: Readonly<Record<string, Protected>> = {
  'id-token': 'idToken',
  userinfo: 'userinfo',
  introspection: 'introspection',
};

/** What stands before the sign of equality in `--endpoint`. */
export const endpointNames: readonly string[] = Object.keys(oidcEndpointsSchema.shape);

/** `token=https://login.example.com/token`. */
export function parseEndpoint(text: string, earlier: OidcEndpoints | undefined): OidcEndpoints {
  const [, name = '', url = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (!endpointNames.includes(name) || url === '') {
    throw new InvalidArgumentError('Expected one such as token=https://login.example.com/token.');
  }
  return { ...earlier, [name]: url };
}

/** `id-token=ES256`. */
export function parseSigned(text: string, earlier: Protections | undefined): Protections {
  const [name, algorithm] = protectedBy(text);
  return mergeProtections(earlier, { [name]: { signedResponseAlgorithm: algorithm } });
}

/** `id-token=RSA-OAEP-256:A256GCM`, or without what follows the colon. */
export function parseEncrypted(text: string, earlier: Protections | undefined): Protections {
  const [name, value] = protectedBy(text);
  const [algorithm = '', encryption] = value.split(':');
  return mergeProtections(earlier, {
    [name]: {
      encryptedResponseAlgorithm: algorithm,
      ...(encryption === undefined ? {} : { encryptedResponseEncryption: encryption }),
    },
  });
}

/** An answer may have to be signed and encrypted, which two options say. */
export function mergeProtections(...all: readonly (Protections | undefined)[]): Protections {
  const result: Protections = {};
  for (const one of all) {
    for (const [name, protection] of Object.entries(one ?? {})) {
      result[name as Protected] = { ...result[name as Protected], ...protection };
    }
  }
  return result;
}

function protectedBy(text: string): readonly [Protected, string] {
  const [, what = '', value = ''] = /^([^=]*)=(.+)$/.exec(text) ?? [];
  const name = protectedNames[what];
  if (name !== undefined && value !== '') return [name, value];
  throw new InvalidArgumentError('Expected one such as id-token=ES256.');
}
