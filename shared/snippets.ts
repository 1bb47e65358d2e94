import type { Account } from './model.ts';

/**
 * What a person pastes so that a tool gets its credentials from Keyfob. Pure texts: nothing here
 * is secret, and nothing needs more than what the helper serves by itself.
 */

const snippetIds = [
  'profile',
  'aws-cli',
  'environment',
  'python',
  'javascript',
  'go',
  'java',
  'terraform',
  'kubectl',
  'git',
  'docker',
  'compose',
  'curl',
  'token',
  'exec',
  'variable',
  'api',
] as const;
export type SnippetId = (typeof snippetIds)[number];

export interface Snippet {
  readonly id: SnippetId;
  readonly text: string;
}

/** As much of an account as the texts need. */
export interface SnippetAccount {
  readonly id: string;
  readonly path: string;
  /** Absent: one of AWS. */
  readonly kind?: Account['kind'];
  readonly accountId?: string;
}

export interface SnippetSubject {
  /** Absent: whichever account is active when a tool asks. */
  readonly account?: SnippetAccount | undefined;
  /** The kind of the account that is active, where `account` is absent. */
  readonly activeKind?: Account['kind'] | undefined;
  /** A region for the tools to start with. */
  readonly region: string;
  /** How the command is called, quoted where it needs it; absent: by its name. */
  readonly command?: string | undefined;
  /** The helper's socket; absent, or a named pipe: what needs a socket is left out. */
  readonly socket?: string | undefined;
}

/** The profile that follows the switch. */
const followingProfile = 'keyfob';

/**
 * A name for an account's profile that needs no quotes anywhere: `acme-prod-Admin`. Made of the id
 * where the path would lose letters: two accounts must not share a profile.
 */
export function profileName(account: Pick<Account, 'id' | 'path'> | undefined): string {
  if (account === undefined) return followingProfile;
  const name = /^[\w.@/ -]+$/.test(account.path) ? account.path : account.id;
  return name.replace(/[^\w.@-]+/g, '-').replace(/^-+|-+$/g, '');
}

/**
 * How an account is named in a `credential_process` line: by its path where that means itself in
 * the double quotes of every shell, else by its id.
 */
function lineName(account: Pick<Account, 'id' | 'path'>): string {
  return /^[\w.@+/:=,-]+$/.test(account.path) ? account.path : account.id;
}

/**
 * The line that makes the AWS CLI and SDKs get credentials from here. botocore splits it without a
 * shell, the others pass it to one: hence plain words alone.
 */
export function credentialProcessLine(
  account: Pick<Account, 'id' | 'path'> | undefined,
  command = 'keyfob',
): string {
  const words = ['credential_process =', command, 'credential-process'];
  return [...words, ...(account === undefined ? [] : [lineName(account)])].join(' ');
}

/** The lines for `~/.aws/config`. */
export function profileLines(subject: SnippetSubject): string {
  return [
    `[profile ${profileName(subject.account)}]`,
    credentialProcessLine(subject.account, subject.command),
    `region = ${subject.region}`,
  ].join('\n');
}

/** The command that shows whether all is well: who AWS says one is. */
export function identityCommand(account: Pick<Account, 'id' | 'path'> | undefined): string {
  return `aws sts get-caller-identity --profile ${profileName(account)}`;
}

/** A token is nothing that AWS's tools know, and AWS credentials fit into no header. */
const forBoth: readonly SnippetId[] = ['kubectl', 'git', 'docker'];
const forTokens: readonly SnippetId[] = [...forBoth, 'token', 'exec', 'variable', 'api'];
const forAws = snippetIds.filter((id) => forBoth.includes(id) || !forTokens.includes(id));

/** The command that prints the token of an account, or of the one that is active. */
export function tokenCommand(subject: Pick<SnippetSubject, 'account' | 'command'>): string {
  return calledFor(subject, 'token');
}

/** Every snippet that works for the account on this machine. */
export function snippetsFor(subject: SnippetSubject): readonly Snippet[] {
  return (isToken(subject) ? forTokens : forAws).flatMap((id) => {
    const text = texts[id](subject);
    return text === undefined ? [] : [{ id, text }];
  });
}

const texts: Readonly<Record<SnippetId, (subject: SnippetSubject) => string | undefined>> = {
  profile: profileLines,
  'aws-cli': ({ account }) => identityCommand(account),
  environment: (subject) =>
    isOnWindows(subject)
      ? `$Env:AWS_PROFILE = '${profileName(subject.account)}'`
      : `export AWS_PROFILE=${profileName(subject.account)}`,
  python: ({ account }) =>
    [
      'import boto3',
      '',
      `session = boto3.Session(profile_name="${profileName(account)}")`,
      'print(session.client("sts").get_caller_identity()["Arn"])',
    ].join('\n'),
  javascript: ({ account }) =>
    [
      "import { fromIni } from '@aws-sdk/credential-providers';",
      "import { S3Client } from '@aws-sdk/client-s3';",
      '',
      `const credentials = fromIni({ profile: '${profileName(account)}' });`,
      'const s3 = new S3Client({ credentials });',
    ].join('\n'),
  go: ({ account }) =>
    [
      'cfg, err := config.LoadDefaultConfig(ctx,',
      `\tconfig.WithSharedConfigProfile("${profileName(account)}"))`,
    ].join('\n'),
  java: ({ account }) =>
    [
      'S3Client s3 = S3Client.builder()',
      `    .credentialsProvider(ProfileCredentialsProvider.create("${profileName(account)}"))`,
      '    .build();',
    ].join('\n'),
  terraform: ({ account, region }) =>
    [
      'provider "aws" {',
      `  profile = "${profileName(account)}"`,
      `  region  = "${region}"`,
      '}',
    ].join('\n'),
  kubectl: (subject) => {
    const cluster = isToken(subject) ? '' : ` --cluster my-cluster --region ${subject.region}`;
    return `${called(subject)} kube install ${wordFor(subject.account)}${cluster}\nkubectl get namespaces`;
  },
  git: (subject) => {
    const { account, region } = subject;
    const host = isToken(subject)
      ? 'git.example.com'
      : `git-codecommit.${region}.${domainOf(region)}`;
    return `${called(subject)} git install ${host} ${wordFor(account)}`;
  },
  docker: (subject) => {
    const { account, region } = subject;
    // An id of Identity Center is `connection/123456789012/Role`.
    const number = account?.accountId ?? /\/(\d{12})\//.exec(account?.id ?? '')?.[1];
    const host = isToken(subject)
      ? 'registry.example.com'
      : `${number ?? '111111111111'}.dkr.ecr.${region}.${domainOf(region)}`;
    return `${called(subject)} docker install ${host} ${wordFor(account)}`;
  },
  compose: ({ account, region }) =>
    [
      '# compose.yaml: the names alone hand the values of your shell on',
      'services:',
      '  app:',
      '    environment:',
      '      - AWS_ACCESS_KEY_ID',
      '      - AWS_SECRET_ACCESS_KEY',
      '      - AWS_SESSION_TOKEN',
      `      - AWS_REGION=${region}`,
      '',
      '# in the shell',
      `eval "$(aws configure export-credentials --profile ${profileName(account)} --format env)"`,
      'docker compose up',
    ].join('\n'),
  curl: ({ account, socket }) => {
    if (socket === undefined || socket.startsWith('\\\\')) return undefined;
    const query = account === undefined ? '' : `?account=${inQuery(account.path)}`;
    return [
      `curl -sSf --unix-socket ${inShell(socket)} \\`,
      `  ${inShell(`http://localhost/v1/aws/credentials${query}`)}`,
    ].join('\n');
  },
  token: tokenCommand,
  exec: (subject) => `${calledFor(subject, 'exec')} -- my-tool`,
  variable: (subject) => `${calledFor(subject, 'exec')} --variable API_TOKEN -- my-tool`,
  // Everybody on a machine sees the arguments of every program: the header comes another way.
  api: (subject) => {
    const header = `"Authorization: Bearer $(${tokenCommand(subject)})"`;
    const address = 'https://api.example.com/';
    return isOnWindows(subject)
      ? `${header} |\n  curl.exe -sSf -H '@-' ${address}`
      : `echo ${header} |\n  curl -sSf -H @- ${address}`;
  },
};

function isToken({ account, activeKind }: SnippetSubject): boolean {
  const kind = account === undefined ? activeKind : account.kind;
  return kind === 'token' || kind === 'iam-token';
}

/** The command with one of its commands, and the account as its argument where there is one. */
function calledFor(subject: Called & Pick<SnippetSubject, 'account'>, name: string): string {
  const { account } = subject;
  return [called(subject), name, ...(account === undefined ? [] : [lineName(account)])].join(' ');
}

/** What is installed for good names its account; whoever follows the switch fills one in. */
function wordFor(account: SnippetAccount | undefined): string {
  return account === undefined ? 'ACCOUNT' : lineName(account);
}

type Called = Pick<SnippetSubject, 'command' | 'socket'>;

/** PowerShell takes a quoted path for a text, unless it is told to call it. */
function called(subject: Called): string {
  const { command = 'keyfob' } = subject;
  return isOnWindows(subject) && command.startsWith('"') ? `& ${command}` : command;
}

function isOnWindows({ command, socket }: Called): boolean {
  return socket?.startsWith('\\\\') === true || /^"?[A-Za-z]:\\/.test(command ?? '');
}

/** Where the services of a region live; China is a partition of its own. */
function domainOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}

/** A query's value; slashes may stand as they are (RFC 3986 section 3.4). */
function inQuery(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll("'", '%27');
}

/** One word of a POSIX shell. */
function inShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
