import { describe, expect, test } from 'vitest';
import { version } from '../../../../../shared/version.ts';
import { runCli } from '../../../../support/cli.ts';

const commandLines = [
  '',
  'connection',
  'connection add',
  'connection add identity-center',
  'connection list',
  'connection show',
  'connection remove',
  'login',
  'logout',
  'accounts',
  'accounts favourite',
  'use',
  'credential-process',
  'status',
  'doctor',
  'daemon',
].map((line) => line.split(' ').filter((word) => word !== ''));

describe('help', () => {
  test.each(commandLines.map((words) => [words.join(' '), words] as const))(
    'of `keyfob %s` teaches',
    async (_line, words) => {
      const { code, out, err } = await runCli([...words, '--help']);
      expect(out).toMatchSnapshot();
      expect(out).toMatch(/Examples?:|Commands:/);
      expect({ code, err }).toEqual({ code: 0, err: '' });
    },
  );

  test('fits into 80 columns', async () => {
    for (const words of commandLines) {
      const { out } = await runCli([...words, '--help']);
      for (const line of out.split('\n')) {
        expect(line.length, line).toBeLessThanOrEqual(80);
      }
    }
  });

  test('every command that prints data takes --json', async () => {
    const silent = ['connection', 'connection add', 'connection remove', 'daemon', ''];
    for (const words of commandLines) {
      if (silent.includes(words.join(' '))) continue;
      const { out } = await runCli([...words, '--help']);
      expect(out, words.join(' ')).toContain('--json');
    }
  });

  test('every command takes --no-autostart', async () => {
    for (const words of commandLines) {
      expect((await runCli([...words, '--help'])).out).toContain('--no-autostart');
    }
  });

  test('`keyfob help login` is `keyfob login --help`', async () => {
    const asked = await runCli(['help', 'login']);
    expect(asked).toEqual(await runCli(['login', '--help']));
  });

  test('`keyfob help connection add` is the help of that subcommand', async () => {
    const asked = await runCli(['help', 'connection', 'add']);
    expect(asked).toEqual(await runCli(['connection', 'add', '--help']));
  });

  test('every command of the overview stands under a heading of its own kind', async () => {
    const { out } = await runCli(['--help']);
    expect(out).not.toMatch(/^Commands:$/m);
    for (const heading of ['Signing in', 'Accounts', 'For your tools', 'Keyfob itself']) {
      expect(out).toMatch(new RegExp(`^${heading}:$`, 'm'));
    }
  });

  test('--version prints the version alone', async () => {
    expect(await runCli(['--version'])).toMatchObject({ code: 0, out: `${version}\n`, err: '' });
  });
});

describe('a wrong usage ends with exit code 2, a message and a way on, and calls nobody:', () => {
  test.each([
    ['an unknown command', ['lgin'], "Unknown command 'lgin'.\n  Did you mean login?\n"],
    [
      'an unknown subcommand',
      ['connection', 'lsit'],
      "Unknown command 'lsit'.\n  Did you mean list?",
    ],
    [
      'an unknown option',
      ['login', '--devise'],
      "Unknown option '--devise'.\n  Did you mean --device?",
    ],
    [
      'a missing argument',
      ['use'],
      "Missing required argument 'account'.\n  See `keyfob use --help`.",
    ],
    ['too many arguments', ['logout', 'a', 'b'], 'Too many arguments'],
    ['a time that is none', ['token', '--min-ttl', 'soon'], 'Expected a number of seconds.'],
    [
      'help for an unknown command',
      ['help', 'lgin'],
      "Unknown command 'lgin'.\n  Did you mean login?",
    ],
    [
      'help for an unknown subcommand',
      ['help', 'connection', 'lsit'],
      "Unknown command 'lsit'.\n  Did you mean list?",
    ],
    [
      'a word that an argument does not take',
      ['completion', 'tcsh'],
      "'tcsh' is no shell. Allowed choices are bash, zsh, fish, powershell.",
    ],
    [
      'a missing option',
      ['connection', 'add', 'identity-center', '--name', 'a'],
      "Required option '--start-url <url>' not specified.\n  See `keyfob connection add identity-center --help`.",
    ],
    [
      'a flow that there is not',
      ['connection', 'add', 'identity-center', '--flow', 'x'],
      'Allowed choices are auto, browser, device.',
    ],
  ])('%s', async (_what, args, message) => {
    const { code, out, err, calls } = await runCli(args);
    expect(err).toMatch(/^keyfob: /);
    expect(err).toContain(message);
    expect(err).toMatch(/See `keyfob [^`]*--help`\.\n$/);
    expect({ code, out, calls }).toEqual({ code: 2, out: '', calls: [] });
  });

  test.each([[[]], [['connection']], [['connection', 'add']]])(
    'no command: %j shows the help on stderr',
    async (args) => {
      const { code, out, err } = await runCli(args);
      expect(err).toMatch(/^Usage: keyfob/);
      expect({ code, out }).toEqual({ code: 2, out: '' });
    },
  );
});
