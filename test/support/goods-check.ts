import { decodeJwt } from 'jose';
import { expect } from 'vitest';
import { type Account, isAwsAccount } from '../../shared/account.ts';
import { errorCodes } from '../../shared/errors.ts';
import type { Simulator } from '../simulator/simulator.ts';
import type { Wish } from './fault-stage.ts';
import type { OpenidProvider } from './openid-provider.ts';

/** Holds what a helper answers to what its providers know of it. */
export interface GoodsCheck {
  /** Makes an account known, of which something may be asked. */
  expect(account: Account): void;
  /**
   * Throws unless this belongs to the account that was asked for, and has not expired at `at`
   * (epoch milliseconds; default now).
   */
  goods(
    wish: Pick<Wish, 'kind' | 'account'>,
    body: Record<string, unknown>,
    at?: number,
  ): Promise<void>;
  /** Throws unless this says what is wrong and what to do, by a code that there is. */
  refusal(body: Record<string, unknown>): void;
}

export function createGoodsCheck({
  simulator,
  provider,
}: {
  readonly simulator: Simulator;
  readonly provider: OpenidProvider;
}): GoodsCheck {
  const accounts = new Map<string, Account>();
  /** Whose each token was that has been seen. */
  const owners = new Map<string, string>();

  function aws(account: Account, body: Record<string, unknown>, at: number): void {
    const keys = simulator.keysOf(String(body.AccessKeyId));
    if (keys === undefined) throw new Error('Nobody has given out these keys.');
    const { accountId, roleName } = keys.principal;
    if (!isAwsAccount(account)) throw new Error(`${account.path} has no keys.`);
    const asked = { accountId: account.accountId, role: account.roleName };
    // As it stands in an ARN, the name of a role of the portal has more around it.
    const role = roleName.replace(/^AWSReservedSSO_(.*)_[0-9a-f]{16}$/, '$1');
    expect({ accountId, role }).toEqual(asked);
    expect(body.SecretAccessKey).toBe(keys.secretAccessKey);
    expect(body.SessionToken ?? body.Token).toBe(keys.sessionToken);
    expect(Date.parse(String(body.Expiration))).toBe(keys.expiresAt);
    expect(keys.expiresAt).toBeGreaterThan(at);
  }

  async function token(account: Account, text: string, body: Record<string, unknown>, at: number) {
    expect(Date.parse(String(body.expires_at))).toBeGreaterThan(at);
    if (account.kind === 'iam-token') {
      expect(body.issuer).toBe(account.application);
      expect(simulator.secrets()).toContain(text);
      return;
    }
    const found = await provider.provider.AccessToken.find(text);
    expect(found).toMatchObject({
      accountId: 'alice',
      clientId: provider.client('public').clientId,
    });
    const scopes = account.kind === 'token' ? account.scopes : undefined;
    if (scopes !== undefined) {
      expect(new Set(String(found?.scope).split(' '))).toEqual(new Set(scopes));
    }
  }

  return {
    expect: (account) => void accounts.set(account.path, account),
    async goods({ kind, account: path }, body, at = simulator.now()) {
      const account = accounts.get(path);
      if (account === undefined) return expect.unreachable(`There is no account ${path}.`);
      const secret = String(body.AccessKeyId ?? body.access_token);
      const owner = `${kind} ${path}`;
      expect(owners.get(secret) ?? owner).toBe(owner);
      owners.set(secret, owner);
      if (kind.startsWith('aws-')) aws(account, body, at);
      else if (kind !== 'id-token') await token(account, secret, body, at);
      else {
        const { sub, aud, exp = 0, iss } = decodeJwt(secret);
        expect({ sub, aud, iss }).toEqual({
          sub: 'alice',
          aud: provider.client('public').clientId,
          iss: provider.issuer,
        });
        expect(exp * 1_000).toBeGreaterThan(at);
      }
    },
    refusal(body) {
      const { code, error } = body as { code: never; error: { hint: string; message: string } };
      expect(errorCodes).toContain(code);
      expect(code).not.toBe('internal');
      expect(error.hint).toMatch(/\w.*[.`]$/s);
      expect(error.message).toMatch(/\w/);
      const text = JSON.stringify(body);
      for (const secret of [...simulator.secrets(), ...provider.secrets()]) {
        expect(text).not.toContain(secret);
      }
    },
  };
}
