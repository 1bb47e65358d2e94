import { expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  currentContext,
  installedUsers,
  installUser,
  removeUsers,
  userName,
} from '../../../../../main/cli/kube/kubeconfig.ts';

const config = `# mine
apiVersion: v1
kind: Config
clusters:
- name: prod # the big one
  cluster:
    server: https://k8s.example.com
contexts:
- name: prod
  context:
    cluster: prod
    namespace: web
    user: admin
- name: dev
  context: {cluster: dev, user: other}
current-context: prod
preferences: {}
users:
# do not touch
- name: admin
  user:
    client-certificate-data: "Zm9v"
`;
const wanted = {
  context: 'prod',
  user: userName('corp/access', undefined),
  command: '/opt/keyfob',
  args: ['kube', 'token', 'corp/access'],
};

test('a context signs in through Keyfob, and all else stays, comments too', () => {
  const changed = installUser(config, wanted);
  const { users, contexts, ...rest } = parse(changed);
  const { users: __, contexts: ___, ...before } = parse(config);
  expect(rest).toEqual(before);
  expect(users).toEqual([
    { name: 'admin', user: { 'client-certificate-data': 'Zm9v' } },
    {
      name: 'keyfob:corp/access',
      user: {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1beta1',
          command: '/opt/keyfob',
          args: ['kube', 'token', 'corp/access'],
          interactiveMode: 'Never',
          provideClusterInfo: false,
        },
      },
    },
  ]);
  expect(contexts[0].context).toMatchObject({ user: 'keyfob:corp/access', namespace: 'web' });
  expect(contexts[1]).toEqual(parse(config).contexts[1]);
  for (const line of ['# mine', '# the big one', '# do not touch', '"Zm9v"']) {
    expect(changed).toContain(line);
  }
});

test('only the lines of the change differ', () => {
  const changed = installUser(config, wanted).split('\n');
  const gone = config.split('\n').filter((line) => !changed.includes(line));
  expect(gone).toEqual(['    user: admin', '  context: {cluster: dev, user: other}'].slice(0, 1));
});

test.each([
  ['as kubectl writes it', '', '    '],
  ['with lists further in', '  ', '    '],
  ['with deeper mappings and lists', '    ', '      '],
])('%s, no other line changes, and installed twice is installed once', (_what, list, more) => {
  const text = `apiVersion: v1
clusters:
${list}- cluster:
${list}${more}server: https://k8s.example.com
${list}  name: prod
contexts:
${list}- context:
${list}${more}cluster: prod
${list}${more}user: admin
${list}  name: prod
users: null
`;
  const changed = installUser(text, wanted);
  const gone = text.split('\n').filter((line) => !changed.split('\n').includes(line));
  expect(gone).toEqual([`${list}${more}user: admin`, 'users: null']);
  expect(installUser(changed, wanted)).toBe(changed);
});

test('a form that can’t be kept is changed once, and stays then', () => {
  const odd = config.replaceAll(/^( +)/gm, '$1$1$1').replaceAll(/^- /gm, '-     ');
  const changed = installUser(odd, wanted);
  expect(parse(changed)).toEqual(parse(installUser(config, wanted)));
  expect(installUser(changed, wanted)).toBe(changed);
});

test('installed twice is installed once', () => {
  const once = installUser(config, wanted);
  expect(installUser(once, wanted)).toBe(once);
  expect(installedUsers(once)).toEqual([wanted]);
  const moved = installUser(once, { ...wanted, command: '/new' });
  expect(parse(moved).users).toHaveLength(2);
});

test('taken back, the context has its user again and ours is gone', () => {
  expect(removeUsers(installUser(config, wanted))).toBe(config);
  const another = { ...wanted, context: 'dev', user: userName('acme/x/Admin', 'main') };
  const both = installUser(installUser(config, wanted), another);
  const one = removeUsers(both, 'prod');
  expect(installedUsers(one)).toEqual([another]);
  expect(parse(removeUsers(one))).toEqual(parse(config));
  expect(removeUsers(config)).toBe(config);
});

test('for another account, the user of the one before goes', () => {
  const other = { ...wanted, user: userName('acme/x/Admin', 'main'), args: ['x'] };
  const changed = installUser(installUser(config, wanted), other);
  expect(changed).toBe(installUser(config, other));
  expect(removeUsers(changed)).toBe(config);
});

test('a user that two contexts share stays until neither uses it', () => {
  const both = installUser(installUser(config, wanted), { ...wanted, context: 'dev' });
  expect(parse(removeUsers(both, 'dev')).users).toHaveLength(2);
  expect(parse(removeUsers(both)).users).toHaveLength(1);
});

test('lists that stand further in, empty lists, JSON and Windows line ends stay what they are', () => {
  const indented =
    'apiVersion: v1\ncontexts:\n  - name: a\n    context:\n      user: b\nusers: []\n';
  const changed = installUser(indented, { ...wanted, context: 'a' });
  expect(changed).toContain('\n  - name: a\n');
  expect(changed).toContain('\nusers:\n  - name: keyfob:corp/access\n');
  const json = '{"contexts": [{"name": "a", "context": {"user": "b"}}], "users": []}';
  expect(parse(installUser(json, { ...wanted, context: 'a' })).users).toHaveLength(1);
  const windows = installUser(config.replaceAll('\n', '\r\n'), wanted);
  expect(windows.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
});

test('what is no kubeconfig, or has no such context, is left alone', () => {
  for (const text of ['a: [', '- a\n', 'just words', '', '%$#\0']) {
    expect(() => installUser(text, wanted), text).toThrow(
      expect.objectContaining({ code: 'invalid_input', hint: expect.any(String) }),
    );
  }
  expect(() => installUser(config, { ...wanted, context: 'x' })).toThrow(
    expect.objectContaining({ hint: 'There are: prod, dev.' }),
  );
  expect(currentContext(config)).toBe('prod');
});
