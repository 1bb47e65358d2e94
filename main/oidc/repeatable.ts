import type { OidcContext } from './context.ts';

/**
 * How often a request may be sent that changes nothing when it is repeated. An assertion of the
 * client serves once, so a second attempt would be refused for what is no fault of its own.
 */
export function repeatable({ client }: OidcContext): number {
  const asserted =
    client.authentication === 'client_secret_jwt' || client.authentication === 'private_key_jwt';
  return asserted ? 1 : 3;
}
