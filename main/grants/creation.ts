import { KeyfobError } from '../../shared/errors.ts';
import type { Grant } from '../../shared/model.ts';
import type { Clock, Random } from '../ports.ts';
import { makeToken } from './token.ts';

/** What a grant is to be. */
export interface Wish {
  readonly label: string;
  /** Account ids; none: every account. */
  readonly accounts: readonly string[];
  readonly lifetimeSeconds: number;
  readonly ephemeral: boolean;
  /** Of an ephemeral grant that an earlier helper had. */
  readonly token?: string;
}

/** Each is compared with every token that arrives. */
const mostGrants = 256;

/** The token of the grant to be: a new one, or that of before. */
export function grantToken({ token }: Wish, random: Random): string {
  return token ?? makeToken(random);
}

/** Describes the grant to be. */
export function newGrant(wish: Wish, { clock, random }: { clock: Clock; random: Random }): Grant {
  const now = clock.now();
  return {
    // Typed after commands, so no hyphen in front.
    id: Buffer.from(random.bytes(6)).toString('hex'),
    label: wish.label,
    accounts: [...new Set(wish.accounts)],
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + wish.lifetimeSeconds * 1_000).toISOString(),
    ephemeral: wish.ephemeral,
  };
}

/** Throws `invalid_input` where the token is a lasting grant's, or there are too many grants. */
export function failUnless(free: boolean, grants: number): void {
  if (!free) {
    throw new KeyfobError('invalid_input', 'That token belongs to a lasting grant.', {
      hint: 'Leave the token out to get a new one.',
    });
  }
  if (grants >= mostGrants) {
    throw new KeyfobError('invalid_input', `There are ${mostGrants} grants already.`, {
      hint: 'Revoke those that nobody needs: `keyfob grant list`, `keyfob grant revoke ID`.',
    });
  }
}
