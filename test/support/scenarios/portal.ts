import { expect } from 'vitest';
import { type PortalExceptionName, portalExceptions } from '../../simulator/exceptions.ts';
import type { SimulatorOptions } from '../../simulator/simulator.ts';
import type { Stage } from '../oidc-stage.ts';
import type { Outcome, PortalOperation, Scenario } from './scenario.ts';

const accountId = '000000000042';
const roleName = 'Admin';

const inputs: Record<PortalOperation, object> = {
  ListAccounts: {},
  ListAccountRoles: { accountId },
  GetRoleCredentials: { accountId, roleName },
  Logout: {},
};
const operations = Object.keys(inputs) as PortalOperation[];

function failure(exception: PortalExceptionName): Outcome {
  return { exception, status: portalExceptions[exception] };
}

function when(
  operation: PortalOperation,
  name: string,
  expected: Outcome,
  changes: object = {},
  options: SimulatorOptions = {},
): Scenario {
  const arrange = async (stage: Stage) => {
    const { accessToken } = await stage.signIn();
    return { input: { ...inputs[operation], accessToken, ...changes } };
  };
  return { operation, name, expected, arrange, options };
}

/** Account names, duplicates and all, as the service has them. */
const awkward = { switches: { accounts: 5, awkwardNames: true } };
const first = { accountId, accountName: 'Payments Production', emailAddress: 'aws+1@example.com' };

const perOperation = operations.flatMap((operation): Scenario[] => [
  when(operation, 'refuses an unknown token', failure('UnauthorizedException'), {
    accessToken: 'unknown',
  }),
  {
    ...when(operation, 'refuses an expired token', failure('UnauthorizedException')),
    async arrange(stage) {
      const { accessToken } = await stage.signIn();
      stage.simulator.advance(3_600_000);
      return { input: { ...inputs[operation], accessToken } };
    },
  },
  ...(
    [
      'InvalidRequestException',
      ...(operation === 'Logout' ? [] : (['ResourceNotFoundException'] as const)),
      'TooManyRequestsException',
      'InternalServerException',
    ] as const
  ).map(
    (exception): Scenario => ({
      operation,
      name: `can fail with ${exception}`,
      expected: failure(exception),
      async arrange(stage) {
        const { accessToken } = await stage.signIn();
        stage.simulator.faults.inject(operation, { kind: 'exception', name: exception });
        return { input: { ...inputs[operation], accessToken } };
      },
    }),
  ),
]);

export const portal: readonly Scenario[] = [
  when(
    'ListAccounts',
    'gives a page and where the next begins',
    {
      result: {
        accountList: [first, expect.objectContaining({ accountName: 'Twin' })],
        nextToken: expect.stringMatching(/^pg2==\/\+ &\?%2F/),
      },
    },
    {},
    { switches: { ...awkward.switches, pageSize: 2 } },
  ),
  {
    operation: 'ListAccounts',
    name: 'gives the page of a token that must be encoded once',
    options: awkward,
    async arrange(stage) {
      const { accessToken } = await stage.signIn();
      const origin = stage.simulator.env().AWS_ENDPOINT_URL_SSO;
      const answer = await fetch(`${origin}/assignment/accounts?max_result=3`, {
        headers: { 'x-amz-sso_bearer_token': accessToken },
      });
      const { nextToken } = (await answer.json()) as { nextToken: string };
      return { input: { accessToken, nextToken } };
    },
    // The fourth has no address, the fifth no name, and there is no further page.
    expected: {
      result: {
        accountList: [
          { accountId: '111111111113', accountName: 'Zürich – Prüfstand 🚀' },
          { accountId: '111111111114', emailAddress: 'aws+5@example.com' },
        ],
      },
    },
  },
  when('ListAccounts', 'refuses a token of its own making', failure('InvalidRequestException'), {
    nextToken: 'pg2==/+ &?%2F',
  }),
  when('ListAccounts', 'refuses pages above 100', failure('InvalidRequestException'), {
    maxResults: 101,
  }),
  {
    operation: 'ListAccounts',
    name: 'is refused beyond the limit',
    options: { switches: { portalLimit: { perSecond: 0.001, burst: 1 } } },
    async arrange(stage) {
      const { accessToken } = await stage.signIn();
      await fetch(`${stage.simulator.env().AWS_ENDPOINT_URL_SSO}/assignment/accounts`);
      return { input: { accessToken } };
    },
    expected: failure('TooManyRequestsException'),
  },
  when('ListAccountRoles', 'lists the roles of an account', {
    result: {
      roleList: [
        { roleName: 'Admin', accountId },
        { roleName: 'ReadOnly', accountId },
      ],
    },
  }),
  when('GetRoleCredentials', 'gives keys with an expiry in milliseconds', {
    result: {
      roleCredentials: {
        accessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
        secretAccessKey: expect.stringMatching(/^\S{40}$/),
        sessionToken: expect.stringMatching(/^\S{100,}$/),
        expiration: expect.any(Number),
      },
    },
  }),
  when('GetRoleCredentials', 'forbids a role that is not assigned', failure('ForbiddenException'), {
    roleName: 'Emperor',
  }),
  ...(['ListAccountRoles', 'GetRoleCredentials'] as const).flatMap((operation) => [
    when(operation, 'forbids an account without assignment', failure('ForbiddenException'), {
      accountId: '999999999999',
    }),
    when(operation, 'does not find an unknown account', failure('ResourceNotFoundException'), {
      accountId: '123456789012',
    }),
    when(operation, 'refuses an account id that is none', failure('InvalidRequestException'), {
      accountId: '42',
    }),
  ]),
  when('Logout', 'answers with nothing', { result: {} }),
  ...perOperation,
];
