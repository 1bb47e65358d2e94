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
    [awkward, 'acme-It-s-Prod-HOME-Admin'],
    [{ path: 'acme/Zürich/Admin' }, 'acme-Z-rich-Admin'],
    [undefined, 'keyfob'],
  ])('has a name that needs no quotes', (account, name) => {
    expect(profileName(account)).toBe(name);
  });

  test('is the one that every tool is pointed at', () => {
    for (const { id, text } of snippetsFor(onLinux)) {
      if (id !== 'curl') expect(text).toContain('acme-prod-Admin');
    }
    expect(identityCommand(admin)).toBe('aws sts get-caller-identity --profile acme-prod-Admin');
  });
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

test('no tool is promised anything that needs more than a profile or the socket', () => {
  const all = snippetsFor(onLinux)
    .map(({ text }) => text)
    .join('\n');
  expect(all).not.toMatch(/keyfob (?:env|exec|kube|git|docker|console)/);
});
