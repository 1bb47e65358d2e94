import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { prepareJson } from '../../../../main/endpoint/answers.ts';
import type { Asker } from '../../../../main/endpoint/asker.ts';
import { createHandOut, type Goods } from '../../../../main/endpoint/hand-out.ts';
import type { Account, ActivityEntry, Grant } from '../../../../shared/model.ts';
import { codeOf } from '../../../support/connections.ts';

const account: Account = {
  kind: 'aws-role',
  id: 'acme/1/Admin',
  path: 'acme/prod/Admin',
  connection: 'acme',
  accountId: '1',
  accountName: 'prod',
  roleName: 'Admin',
};
const at = '2026-01-01T00:00:00.000Z';
const grant: Grant = {
  id: 'g1',
  label: 'ci',
  accounts: [account.id, 'acme/2/Admin'],
  createdAt: at,
  expiresAt: at,
  ephemeral: false,
};
const asker: Asker = {
  client: { name: 'ci', program: async () => 'ci' },
  listener: 'loopback',
  grant,
};

/** @param present the grant as it is once the provider has answered */
async function ask(present: Grant | undefined) {
  const outcomes: Pick<ActivityEntry, 'account' | 'outcome'>[] = [];
  const answered = Promise.withResolvers<void>();
  let held: Grant | undefined = grant;
  const handOut = createHandOut({
    accounts: { resolve: () => account },
    confirmations: { asks: () => false, permit: async () => undefined },
    activity: { record: ({ account, outcome }) => void outcomes.push({ account, outcome }) },
    grants: { again: () => held },
    ready: Promise.resolve(),
  });
  const goods: Goods<string> = {
    what: 'token',
    cached: () => undefined,
    async fetch() {
      await answered.promise;
      return { account, value: 'secret' };
    },
    prepare: (token) => prepareJson(200, { token }),
  };
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const done = codeOf(Promise.resolve(handOut(goods, asker, account.path, response)));
  held = present;
  answered.resolve();
  return { code: await done, sent: response.writableEnded, outcomes };
}

test('who waited gets what was asked for', async () => {
  expect(await ask(grant)).toMatchObject({ code: undefined, sent: true });
});

test.each([
  ['the grant', undefined, 'grant_invalid'],
  ['the account', { ...grant, accounts: ['acme/2/Admin'] }, 'not_allowed'],
])('nothing is handed out where %s has been taken back meanwhile', async (_, present, code) => {
  expect(await ask(present)).toEqual({
    code,
    sent: false,
    outcomes: [{ account: account.path, outcome: code }],
  });
});
