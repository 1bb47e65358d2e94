import { expect, test } from 'vitest';
import { codeOf } from '../../../support/connections.ts';
import { jsonResponse } from '../../../support/fake-ports.ts';
import { createHelperRig, portal, roleSecrets } from '../../../support/helper-rig.ts';

const admin = 'acme/prod/Admin';
const ecr = '000000000001.dkr.ecr.eu-west-1.amazonaws.com';

test('an account is shown with the region that its tools start with', async () => {
  const { socket } = await createHelperRig();
  expect(await socket.call('account.show', { account: admin })).toMatchObject({
    account: { path: admin, accountId: '000000000001' },
    region: 'eu-west-1',
  });
  expect(await codeOf(socket.call('account.show', { account: 'nobody' }))).toBe('unknown_account');
});

test('where nobody is signed in any more, an account tells so, and what is made of it too', async () => {
  const { socket, ports } = await createHelperRig();
  ports.fetch.once('https://portal.sso.eu-west-1.amazonaws.com/logout', new Response(null));
  const roleArn = 'arn:aws:iam::999999999999:role/Deploy';
  const deploy = { kind: 'aws-assumed-role', connection: 'acme', name: 'deploy', roleArn } as const;
  await socket.call('account.add', { ...deploy, source: admin });
  const names = [admin, 'acme/deploy'];
  const shown = () => Promise.all(names.map((account) => socket.call('account.show', { account })));
  expect((await shown()).map(({ signedOut }) => signedOut)).toEqual([undefined, undefined]);
  await socket.call('signOut', { connection: 'acme' });
  expect((await shown()).map(({ signedOut }) => signedOut)).toEqual(['acme', 'acme']);
});

test('a token for EKS is good for 14 minutes, and is in the record without itself', async () => {
  const { socket, ports, activity } = await createHelperRig();
  const wish = { account: admin, cluster: 'main' };
  const { token, expiresAt } = await socket.call('account.eksToken', wish);
  const url = new URL(Buffer.from(token.replace('k8s-aws-v1.', ''), 'base64url').toString());
  expect(url.hostname).toBe('sts.eu-west-1.amazonaws.com');
  expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host;x-k8s-aws-id');
  expect(url.searchParams.get('X-Amz-Security-Token')).toBe(roleSecrets[2]);
  expect(url.search).not.toContain(roleSecrets[1]);
  expect(Date.parse(expiresAt) - ports.clock.now()).toBeGreaterThan(13 * 60_000);
  const [entry] = await activity();
  expect(entry).toMatchObject({ what: 'token', account: admin, outcome: 'ok' });
  expect(JSON.stringify([entry, ports.log.entries])).not.toMatch(/k8s-aws|role-se/);
});

test('what is signed counts by the clock of AWS, where that of this machine is wrong', async () => {
  const { socket, ports } = await createHelperRig({
    prepare({ clock, fetch }) {
      fetch.on(`${portal}federation/credentials`, () => {
        const [accessKeyId, secretAccessKey, sessionToken] = roleSecrets;
        const expiration = clock.now() + 2 * 3_600_000;
        const keys = { accessKeyId, secretAccessKey, sessionToken, expiration };
        const date = new Date(clock.now() + 3_600_000).toUTCString();
        return jsonResponse({ roleCredentials: keys }, { headers: { date } });
      });
    },
  });
  const hour = new Date(ports.clock.now() + 3_600_000).toISOString().slice(0, 13).replace(/-/g, '');
  const eks = await socket.call('account.eksToken', { account: admin, cluster: 'main' });
  const url = new URL(Buffer.from(eks.token.replace('k8s-aws-v1.', ''), 'base64url').toString());
  expect(url.searchParams.get('X-Amz-Date')).toContain(hour);
  const host = 'git-codecommit.eu-west-1.amazonaws.com';
  const git = await socket.call('account.codecommit', { account: admin, host, path: 'v1/repos/x' });
  expect(git.password.slice(0, 11)).toBe(hour);
});

test('a token that was refused is for token accounts alone to replace', async () => {
  const { socket, window } = await createHelperRig();
  const refused = { account: admin, token: 'T' };
  expect(await codeOf(socket.call('account.refused', refused))).toBe('invalid_input');
  expect(await codeOf(window.call('account.refused', refused))).toBe('not_allowed');
});

test('the cluster and its region are checked before anything is signed', async () => {
  const { socket } = await createHelperRig();
  const ask = (wish: object) =>
    codeOf(socket.call('account.eksToken', { account: admin, cluster: 'main', ...wish }));
  expect(await ask({ cluster: 'a\r\nx: y' })).toBe('invalid_input');
  expect(await ask({ region: 'nowhere' })).toBe('invalid_region');
});

test('a registry of ECR is for an AWS account, and for no other registry', async () => {
  const { socket, ports } = await createHelperRig();
  const pair = Buffer.from('AWS:the-password').toString('base64');
  ports.fetch.on('https://api.ecr.eu-west-1.amazonaws.com', () =>
    jsonResponse({
      authorizationData: [
        { authorizationToken: pair, expiresAt: ports.clock.now() / 1000 + 43_200 },
      ],
    }),
  );
  const other = { host: 'registry.example.com', account: admin };
  expect(await codeOf(socket.call('registry.set', other))).toBe('invalid_input');
  await socket.call('registry.set', { host: ecr.toUpperCase(), account: admin });
  expect(await socket.call('registry.list', {})).toEqual({
    registries: [{ host: ecr, account: 'acme/000000000001/Admin', username: 'AWS' }],
  });
  expect(await socket.call('registry.login', { host: ecr })).toEqual({
    username: 'AWS',
    secret: 'the-password',
  });
  expect(JSON.stringify([...ports.files.contents.values()])).not.toContain('the-password');
  await socket.call('registry.remove', { host: ecr });
  expect(await codeOf(socket.call('registry.login', { host: ecr }))).toBe('not_found');
});

test('whoever must ask is asked about, in every form', async () => {
  const { socket, window, ports, helper } = await createHelperRig();
  await window.call('account.confirm', { account: admin, policy: 'always' });
  await socket.call('registry.set', { host: ecr, account: admin });
  const asked = [
    () => socket.call('account.eksToken', { account: admin, cluster: 'main' }),
    () => socket.call('registry.login', { host: ecr }),
    () => socket.call('account.consoleAddress', { account: admin }),
    () =>
      socket.call('account.codecommit', {
        account: admin,
        host: 'git-codecommit.eu-west-1.amazonaws.com',
        path: 'x',
      }),
  ];
  for (const ask of asked) {
    const answer = codeOf(ask());
    await expect.poll(() => helper.state.get('confirmations')).toHaveLength(1);
    await ports.clock.advance(61_000);
    expect(await answer).toBe('refused');
  }
});

test('none of it is for the window', async () => {
  const { window } = await createHelperRig();
  expect(await codeOf(window.call('account.eksToken', { account: admin, cluster: 'a' }))).toBe(
    'not_allowed',
  );
  expect(await codeOf(window.call('registry.login', { host: ecr }))).toBe('not_allowed');
  expect(await codeOf(window.call('account.consoleAddress', { account: admin }))).toBe(
    'not_allowed',
  );
});
