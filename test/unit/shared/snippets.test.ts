import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  credentialProcessLine,
  identityCommand,
  profileLines,
  profileName,
  type SnippetSubject,
  snippetsFor,
} from '../../../shared/snippets.ts';

const admin = { id: 'acme/123456789012/Admin', path: 'acme/prod/Admin' };
const awkward = { id: 'acme/123456789012/Admin', path: `acme/It's "Prod" $HOME/Admin` };
const onLinux: SnippetSubject = {
  account: admin,
  region: 'eu-west-1',
  socket: '/run/user/1000/keyfob/helper.sock',
};

function snippet(id: string, subject: SnippetSubject = onLinux): string | undefined {
  return snippetsFor(subject).find((one) => one.id === id)?.text;
}

describe('the profile', () => {
  test('names the account by its path, and takes the region along', () => {
    expect(profileLines(onLinux)).toBe(
      '[profile acme-prod-Admin]\ncredential_process = keyfob credential-process acme/prod/Admin\nregion = eu-west-1',
    );
  });

  test('without an account follows the switch', () => {
    expect(profileLines({ region: 'eu-west-1' })).toBe(
      '[profile keyfob]\ncredential_process = keyfob credential-process\nregion = eu-west-1',
    );
  });

  test('calls the command as it is called here', () => {
    const command = '"/opt/Key fob/keyfob"';
    expect(credentialProcessLine(admin, command)).toBe(
      'credential_process = "/opt/Key fob/keyfob" credential-process acme/prod/Admin',
    );
  });

  test('names an account by its id when a shell would read something into its path', () => {
    expect(credentialProcessLine(awkward)).toContain('credential-process acme/123456789012/Admin');
  });

  test.each([
    [admin, 'acme-prod-Admin'],
    [{ ...admin, path: 'acme/Log Archive/Admin' }, 'acme-Log-Archive-Admin'],
    [awkward, 'acme-123456789012-Admin'],
    [{ ...admin, path: 'acme/Zürich/Admin' }, 'acme-123456789012-Admin'],
    [undefined, 'keyfob'],
  ])('has a name that needs no quotes', (account, name) => {
    expect(profileName(account)).toBe(name);
  });

  test('is no other account’s, whatever script their names are in', () => {
    const [first, second] = ['本番', '開発'].map((name, index) => ({
      id: `acme/12345678901${index}/Admin`,
      path: `acme/${name}/Admin`,
    }));
    expect(profileName(first)).not.toBe(profileName(second));
  });

  test('is the one that every tool is pointed at', () => {
    for (const { id, text } of snippetsFor(onLinux)) {
      const own = ['curl', 'kubectl', 'git', 'docker'].includes(id);
      expect(text).toContain(own ? 'acme/prod/Admin' : 'acme-prod-Admin');
    }
    expect(identityCommand(admin)).toBe('aws sts get-caller-identity --profile acme-prod-Admin');
  });
});

test('kubectl, git and Docker are set up by one command each', () => {
  expect(snippet('kubectl')).toBe(
    'keyfob kube install acme/prod/Admin --cluster my-cluster --region eu-west-1\nkubectl get namespaces',
  );
  expect(snippet('git')).toBe(
    'keyfob git install git-codecommit.eu-west-1.amazonaws.com acme/prod/Admin',
  );
  expect(snippet('docker')).toBe(
    'keyfob docker install 123456789012.dkr.ecr.eu-west-1.amazonaws.com acme/prod/Admin',
  );
  const inChina = { ...onLinux, account: undefined, region: 'cn-north-1' };
  expect(snippet('docker', inChina)).toContain('dkr.ecr.cn-north-1.amazonaws.com.cn ACCOUNT');
});

test('a token is for other servers than those of AWS', () => {
  const api = { ...onLinux, account: { id: 'corp/api', path: 'corp/api', kind: 'token' as const } };
  expect(snippet('kubectl', api)).toBe('keyfob kube install corp/api\nkubectl get namespaces');
  expect(snippet('git', api)).toBe('keyfob git install git.example.com corp/api');
  expect(snippet('docker', api)).toBe('keyfob docker install registry.example.com corp/api');
});

describe('a token', () => {
  const own = { id: 'corp/access', path: 'corp/access', kind: 'token' as const };
  const token: SnippetSubject = { ...onLinux, account: own };
  const ids = (subject: SnippetSubject) => snippetsFor(subject).map(({ id }) => id);

  test('has nothing of AWS about it, and AWS credentials have nothing of a token', () => {
    expect(ids(token)).toEqual(['kubectl', 'git', 'docker', 'token', 'exec', 'variable', 'api']);
    for (const { text } of snippetsFor(token)) expect(text).not.toMatch(/aws/i);
    for (const id of ids(onLinux)) expect(['token', 'exec', 'variable', 'api']).not.toContain(id);
  });

  test('is printed, or handed to a program', () => {
    expect(snippet('token', token)).toBe('keyfob token corp/access');
    expect(snippet('exec', token)).toBe('keyfob exec corp/access -- my-tool');
    expect(snippet('variable', token)).toBe(
      'keyfob exec corp/access --variable API_TOKEN -- my-tool',
    );
  });

  test('that is active is followed, where no account is chosen', () => {
    const following: SnippetSubject = { ...onLinux, account: undefined, activeKind: 'token' };
    expect(snippet('token', following)).toBe('keyfob token');
    expect(snippet('exec', following)).toBe('keyfob exec -- my-tool');
    expect(snippet('profile', following)).toBeUndefined();
    expect(snippet('profile', { ...following, account: admin })).toContain('acme/prod/Admin');
  });

  test.skipIf(process.platform === 'win32')('reaches curl in a header, and no argument', () => {
    const stubs = 'keyfob() { printf secret-of-%s "$2"; }; curl() { echo "$@"; cat; }';
    const said = execFileSync('sh', ['-euc', `${stubs}\n${snippet('api', token)}`], {
      encoding: 'utf8',
    });
    expect(said.split('\n')).toEqual([
      '-sSf -H @- https://api.example.com/',
      'Authorization: Bearer secret-of-corp/access',
      '',
    ]);
  });

  test('reaches curl on Windows by PowerShell', () => {
    const command = '"C:\\Keyfob\\keyfob.exe"';
    expect(snippet('api', { ...token, command })).toBe(
      `"Authorization: Bearer $(& ${command} token corp/access)" |\n  curl.exe -sSf -H '@-' https://api.example.com/`,
    );
  });
});

test('on Windows the lines are for PowerShell', () => {
  const onWindows = {
    ...onLinux,
    command: '"C:\\Program Files\\Keyfob\\keyfob.exe"',
    socket: '\\\\.\\pipe\\keyfob-me',
  };
  expect(snippet('git', onWindows)).toMatch(
    /^& "C:\\Program Files\\Keyfob\\keyfob\.exe" git install git-codecommit/,
  );
  expect(snippet('environment', onWindows)).toBe("$Env:AWS_PROFILE = 'acme-prod-Admin'");
  expect(snippet('environment')).toBe('export AWS_PROFILE=acme-prod-Admin');
});

test.skipIf(process.platform === 'win32')('a shell reads what is written for one', () => {
  for (const id of ['kubectl', 'git', 'docker']) {
    const lines = `keyfob() { :; }; kubectl() { :; }\n${snippet(id)}`;
    expect(() => execFileSync('sh', ['-euc', lines])).not.toThrow();
  }
});

describe('the line for curl', () => {
  test('asks the socket for the account', () => {
    expect(snippet('curl')).toBe(
      "curl -sSf --unix-socket '/run/user/1000/keyfob/helper.sock' \\\n" +
        "  'http://localhost/v1/aws/credentials?account=acme/prod/Admin'",
    );
  });

  test('asks for the active account when none is named', () => {
    expect(snippet('curl', { ...onLinux, account: undefined })).toMatch(/credentials'$/);
  });

  test.skipIf(process.platform === 'win32')('reaches curl as it is, whatever the names', () => {
    const text = snippet('curl', {
      ...onLinux,
      account: awkward,
      socket: "/tmp/it's here/$x.sock",
    });
    const words = execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }\n${text}`], {
      encoding: 'utf8',
    }).split('\n');
    expect(words[2]).toBe("/tmp/it's here/$x.sock");
    expect(new URL(words[3] ?? '').searchParams.get('account')).toBe(awkward.path);
  });

  test.each([undefined, '\\\\.\\pipe\\keyfob-me'])(
    'is left out where there is no socket',
    (socket) => {
      expect(snippet('curl', { ...onLinux, socket })).toBeUndefined();
    },
  );
});
