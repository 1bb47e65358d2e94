import { describe, expect, test } from 'vitest';
import { beginMarker } from '../../../../main/aws-config/block.ts';
import type { AwsConfigChanges } from '../../../../shared/commands/config.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { connectionOf } from '../../../../shared/found.ts';
import { createHelperRig, type HelperRig } from '../../../support/helper-rig.ts';

const mine = '# mine\n[profile other]\nregion = x\n';

async function plan(rig: HelperRig, changes: AwsConfigChanges = {}, remove = false) {
  return await rig.socket.call('config.plan', { changes, remove });
}

async function sync(rig: HelperRig, changes: AwsConfigChanges = {}, remove = false) {
  const { hash } = await plan(rig, changes, remove);
  return await rig.socket.call('config.apply', { changes, remove, hash });
}

describe('a sync', () => {
  test('shows first, writes nothing until told, then exactly that', async () => {
    const rig = await createHelperRig();
    rig.ports.awsConfig = mine;
    const planned = await plan(rig);
    expect(rig.ports.awsConfig).toBe(mine);
    expect(planned).toMatchObject({
      path: '/home/me/.aws/config',
      upToDate: false,
      changes: {
        added: ['acme-dev-Admin', 'acme-dev-ReadOnly', 'acme-prod-Admin', 'acme-prod-ReadOnly'],
        unchanged: 0,
      },
      conflicts: [],
    });
    const applied = await rig.socket.call('config.apply', { hash: planned.hash });
    expect(applied).toMatchObject({ upToDate: false, backup: '/home/me/.aws/config.keyfob-0' });
    expect(rig.ports.awsFiles.backups).toEqual([mine]);
    expect(rig.ports.awsConfig).toMatchInlineSnapshot(`
      "# mine
      [profile other]
      region = x
      # >>> keyfob profiles v1 >>>
      # Written by "keyfob config sync", which replaces all between these markers.
      [profile acme-dev-Admin]
      credential_process = keyfob credential-process acme/000000000002/Admin
      region = eu-west-1
      [profile acme-dev-ReadOnly]
      credential_process = keyfob credential-process acme/000000000002/ReadOnly
      region = eu-west-1
      [profile acme-prod-Admin]
      credential_process = keyfob credential-process acme/000000000001/Admin
      region = eu-west-1
      [profile acme-prod-ReadOnly]
      credential_process = keyfob credential-process acme/000000000001/ReadOnly
      region = eu-west-1
      # Profiles of your own go outside of the markers.
      # <<< keyfob profiles v1 <<<
      "
    `);
  });

  test('again is up to date, and writes nothing', async () => {
    const rig = await createHelperRig();
    await sync(rig);
    const text = rig.ports.awsConfig;
    expect(await sync(rig)).toMatchObject({ upToDate: true, backup: null });
    expect(rig.ports.awsConfig).toBe(text);
    expect(rig.ports.awsFiles.backups).toEqual([]);
  });

  test('of what has changed since it was shown is refused', async () => {
    const rig = await createHelperRig();
    rig.ports.awsConfig = mine;
    const { hash } = await plan(rig);
    rig.ports.awsConfig = `${mine}# more\n`;
    await expect(rig.socket.call('config.apply', { hash })).rejects.toMatchObject({
      code: 'plan_outdated',
      hint: expect.stringContaining('Nothing was written'),
    });
    expect(rig.ports.awsConfig).toBe(`${mine}# more\n`);
    await expect(
      rig.socket.call('config.apply', {
        hash: (await plan(rig)).hash,
        changes: { region: 'eu-west-2' },
      }),
    ).rejects.toMatchObject({ code: 'plan_outdated' });
  });

  test('that meets another writer in the last moment leaves their file', async () => {
    const rig = await createHelperRig();
    rig.ports.awsConfig = mine;
    const { hash } = await plan(rig, { region: 'eu-west-2' });
    rig.ports.awsFiles.beforeWrite = () => {
      rig.ports.awsConfig = 'theirs';
    };
    await expect(
      rig.socket.call('config.apply', { hash, changes: { region: 'eu-west-2' } }),
    ).rejects.toMatchObject({ code: 'file_changed' });
    expect(rig.ports.awsConfig).toBe('theirs');
    // What was not written is not remembered either.
    expect(await rig.socket.call('config.settings', {})).toMatchObject({ region: null });
  });

  test('of a file that the AWS CLI can not read is refused, and so is a damaged block', async () => {
    const rig = await createHelperRig();
    rig.ports.awsConfig = '[default]\n[default]\n';
    await expect(plan(rig)).rejects.toMatchObject({ code: 'aws_config_invalid' });
    rig.ports.awsConfig = `${beginMarker}\n`;
    await expect(plan(rig)).rejects.toMatchObject({ code: 'aws_config_block_damaged' });
  });

  test('never takes what is somebody else’s', async () => {
    const rig = await createHelperRig();
    rig.ports.awsConfig = '[profile "acme-prod-Admin"]\nregion = x\n';
    rig.ports.awsFiles.credentials = ['acme-dev-Admin'];
    const { conflicts } = await sync(rig);
    expect(conflicts.map(({ profile, reason }) => [profile, reason])).toEqual([
      ['acme-dev-Admin', 'credentials'],
      ['acme-prod-Admin', 'outside'],
    ]);
    expect(rig.ports.awsConfig).not.toContain('[profile acme-prod-Admin]');
    expect(rig.ports.awsConfig).not.toContain('[profile acme-dev-Admin]');
  });
});

describe('what the person chooses', () => {
  test('is remembered once it has been written, over a restart too', async () => {
    const rig = await createHelperRig();
    await rig.socket.call('accounts.favourite', { account: 'acme/prod/Admin', favourite: true });
    const changes: AwsConfigChanges = {
      accounts: { choice: 'favourites' },
      template: '{account}.{role}',
      region: 'us-east-1',
      output: 'json',
      default: true,
    };
    await plan(rig, changes);
    expect(await rig.socket.call('config.settings', {})).toMatchObject({ default: false });
    await sync(rig, changes);
    expect(rig.ports.awsConfig?.split('\n').slice(2, -3)).toEqual([
      '[default]',
      'credential_process = keyfob credential-process',
      'region = us-east-1',
      'output = json',
      '[profile prod.Admin]',
      'credential_process = keyfob credential-process acme/000000000001/Admin',
      'region = us-east-1',
      'output = json',
    ]);
    expect((await plan(rig)).upToDate).toBe(true);
    const kept = rig.ports.files.contents.get('aws-config.json') ?? '';
    const again = await createHelperRig({
      prepare: ({ files }) => void files.contents.set('aws-config.json', kept),
    });
    expect(await again.socket.call('config.settings', {})).toMatchObject(changes);
  });

  test('switching the active account writes no file', async () => {
    const rig = await createHelperRig();
    await sync(rig, { default: true });
    const text = rig.ports.awsConfig;
    await rig.socket.call('accounts.use', { account: 'acme/dev/ReadOnly' });
    await rig.ports.clock.advance(60_000);
    expect(rig.ports.awsConfig).toBe(text);
    expect((await plan(rig)).upToDate).toBe(true);
  });

  test('a search, or a list by path that is kept by id', async () => {
    const rig = await createHelperRig();
    const search = await plan(rig, { accounts: { choice: 'query', query: 'dev' } });
    expect(search.changes.added).toEqual(['acme-dev-Admin', 'acme-dev-ReadOnly']);
    const list = await plan(rig, {
      accounts: { choice: 'list', accounts: ['acme/prod/Admin', 'acme/000000000001/Admin'] },
    });
    expect(list.changes.added).toEqual(['acme-prod-Admin']);
    expect(list.settings.accounts).toEqual({
      choice: 'list',
      accounts: ['acme/000000000001/Admin'],
    });
    await expect(
      plan(rig, { accounts: { choice: 'list', accounts: ['acme/nowhere/Admin'] } }),
    ).rejects.toMatchObject({ code: 'unknown_account' });
  });

  test('no region of AWS, no template that is none', async () => {
    const rig = await createHelperRig();
    await expect(plan(rig, { region: 'mars' })).rejects.toMatchObject({ code: 'invalid_region' });
    await expect(plan(rig, { template: '[x]' })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test('removing takes the block away, and ends the automatic sync', async () => {
    const rig = await createHelperRig();
    rig.ports.awsConfig = mine;
    await sync(rig, { automatic: true });
    expect(await sync(rig, {}, true)).toMatchObject({ changes: { removed: { length: 4 } } });
    expect(rig.ports.awsConfig).toBe(mine);
    expect(await rig.socket.call('config.settings', {})).toMatchObject({ automatic: false });
  });

  test('damaged settings are set aside, and the defaults hold', async () => {
    const rig = await createHelperRig({
      prepare: ({ files }) =>
        void files.contents.set('aws-config.json', '{"version":1,"region":5}'),
    });
    expect(await rig.socket.call('config.settings', {})).toMatchObject({ region: null });
    expect(rig.helper.state.get('problems')).toMatchObject([{ code: 'file_damaged' }]);
  });
});

describe('the automatic sync', () => {
  const chosen = (automatic: boolean, text: string) => ({
    prepare: ({ files }: HelperRig['ports']) =>
      void files.contents.set(
        'aws-config.json',
        JSON.stringify({ version: 1, automatic, ...JSON.parse(text) }),
      ),
  });
  const favouriteProd = (rig: HelperRig) =>
    rig.socket.call('accounts.favourite', { account: 'acme/prod/Admin', favourite: true });
  const favourites = '{"accounts":{"choice":"favourites"}}';

  test('follows the accounts, if the person chose it', async () => {
    const rig = await createHelperRig(chosen(true, favourites));
    rig.ports.awsConfig = `${mine}# >>> keyfob profiles v1 >>>\n# <<< keyfob profiles v1 <<<\n`;
    await favouriteProd(rig);
    await rig.ports.clock.advance(10_000);
    expect(rig.ports.awsConfig).toContain('[profile acme-prod-Admin]');
    expect(rig.ports.awsConfig?.startsWith(mine)).toBe(true);
    const written = (await rig.activity()).filter(({ what }) => what === 'config-write');
    expect(written).toMatchObject([
      { client: 'Keyfob', subject: '/home/me/.aws/config', outcome: 'ok', account: null },
    ]);
  });

  test('writes no more once the helper stops', async () => {
    const rig = await createHelperRig(chosen(true, favourites));
    const block = '# >>> keyfob profiles v1 >>>\n# <<< keyfob profiles v1 <<<\n';
    rig.ports.awsConfig = block;
    // Somebody else's change, after which it would try again.
    rig.ports.awsFiles.beforeWrite = () => {
      rig.ports.awsConfig = mine + block;
      void rig.helper.stop();
    };
    await favouriteProd(rig);
    await rig.ports.clock.advance(60_000);
    await rig.helper.stopped;
    await rig.ports.clock.advance(60_000);
    expect(rig.ports.awsConfig).toBe(mine + block);
  });

  test('does nothing unless it was chosen', async () => {
    const rig = await createHelperRig(chosen(false, favourites));
    await sync(rig);
    const text = rig.ports.awsConfig;
    await favouriteProd(rig);
    await rig.ports.clock.advance(10_000);
    expect(rig.ports.awsConfig).toBe(text);
  });

  test('makes no block where the person has taken it away', async () => {
    const rig = await createHelperRig(chosen(true, favourites));
    rig.ports.awsConfig = mine;
    await favouriteProd(rig);
    await rig.ports.clock.advance(10_000);
    expect(rig.ports.awsConfig).toBe(mine);
  });

  test('does not go by a catalogue that is not whole', async () => {
    const rig = await createHelperRig(chosen(true, '{}'));
    await sync(rig);
    const text = rig.ports.awsConfig;
    rig.helper.state.update('connections', (list) =>
      list.map((view) => ({ ...view, catalogue: { ...view.catalogue, syncing: true } })),
    );
    rig.helper.state.set('accounts', []);
    await rig.ports.clock.advance(10_000);
    expect(rig.ports.awsConfig).toBe(text);
  });

  test('tries again where somebody else wrote at the same time', async () => {
    const rig = await createHelperRig(chosen(true, favourites));
    rig.ports.awsConfig = '# >>> keyfob profiles v1 >>>\n# <<< keyfob profiles v1 <<<\n';
    rig.ports.awsFiles.beforeWrite = () => {
      rig.ports.awsConfig = `${mine}${rig.ports.awsConfig}`;
      rig.ports.awsFiles.beforeWrite = () => undefined;
    };
    await favouriteProd(rig);
    await rig.ports.clock.advance(10_000);
    expect(rig.ports.awsConfig?.startsWith(mine)).toBe(true);
    expect(rig.ports.awsConfig).toContain('[profile acme-prod-Admin]');
    expect(rig.helper.state.get('problems')).toEqual([]);
  });

  test('says once what keeps it from writing', async () => {
    const rig = await createHelperRig(chosen(true, favourites));
    rig.ports.awsConfig = '# >>> keyfob profiles v1 >>>\n# <<< keyfob profiles v1 <<<\n';
    rig.ports.awsFiles.failure = new KeyfobError('file_write_failed', 'Read-only.', { hint: 'X.' });
    await favouriteProd(rig);
    await rig.ports.clock.advance(10_000);
    await rig.socket.call('accounts.favourite', { account: 'acme/dev/Admin', favourite: true });
    await rig.ports.clock.advance(10_000);
    expect(rig.helper.state.get('problems')).toMatchObject([
      { code: 'file_write_failed', hint: 'X.' },
    ]);
  });
});

describe('what is found to bring in', () => {
  test('connections and roles, with what is there already marked', async () => {
    const rig = await createHelperRig();
    rig.ports.awsConfig = `[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
[profile base]
sso_session = acme
sso_account_id = 000000000001
sso_role_name = Admin
[profile deploy]
role_arn = arn:aws:iam::000000000009:role/Deploy
source_profile = base
`;
    rig.ports.awsFiles.awsSsoCli =
      'SSOConfig:\n  Work:\n    SSORegion: us-east-1\n    StartUrl: https://work.awsapps.com/start\n';
    const found = await rig.window.call('config.discover', {});
    expect(found.connections).toMatchObject([
      { name: 'acme', exists: true },
      { name: 'Work', source: 'aws-sso-cli Work', region: 'us-east-1', exists: false },
    ]);
    expect(found.accounts).toMatchObject([
      { name: 'deploy', connection: 'acme', signer: 'acme/000000000001/Admin', exists: false },
    ]);
    expect(found.skipped).toEqual([]);
  });

  test('what was brought in is marked the next time, and looking writes nothing', async () => {
    const { ports, window } = await createHelperRig();
    const nothing = { connections: [], accounts: [], skipped: [] };
    expect(await window.call('config.discover', {})).toEqual(nothing);
    const writes = ports.files.writes.length;
    ports.awsConfig = `[sso-session work]
sso_start_url = https://work.awsapps.com/start
sso_region = us-east-1`;
    const [work] = (await window.call('config.discover', {})).connections;
    expect(work).toMatchObject({ name: 'work', exists: false });
    expect(ports.files.writes).toHaveLength(writes);
    if (work === undefined) throw new Error('Nothing was found.');
    await window.call('connection.add', connectionOf(work));
    const again = await window.call('config.discover', {});
    expect(again.connections).toMatchObject([{ name: 'work', exists: true }]);
  });

  test('a role comes in with its connection, before anybody has signed in there', async () => {
    const rig = await createHelperRig();
    rig.ports.awsConfig = `[profile base]
sso_start_url = https://work.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 000000000001
sso_role_name = Admin
[profile deploy]
role_arn = arn:aws:iam::000000000009:role/Deploy
source_profile = base
external_id = 42
`;
    const { connections, accounts } = await rig.socket.call('config.discover', {});
    const [place] = connections;
    const [role] = accounts;
    if (place === undefined || role === undefined) throw new Error('Nothing was found.');
    const { name, startUrl, region } = place;
    await rig.socket.call('connection.add', { kind: 'identity-center', name, startUrl, region });
    await rig.socket.call('account.add', {
      kind: 'aws-assumed-role',
      connection: role.connection,
      name: role.name,
      source: role.signer,
      roleArn: role.roleArn,
    });
    const { accounts: listed } = await rig.socket.call('accounts.list', { query: 'deploy' });
    expect(listed).toMatchObject([{ id: 'base/deploy', source: 'base/000000000001/Admin' }]);
  });

  test('a configuration of aws-sso-cli that is none is said, and the rest is found', async () => {
    const rig = await createHelperRig();
    rig.ports.awsFiles.awsSsoCli = 'SSOConfig: [';
    const { skipped } = await rig.window.call('config.discover', {});
    expect(skipped).toEqual([
      { source: 'aws-sso-cli', reason: expect.stringContaining('config.yaml') },
    ]);
  });
});
