import { expect, test } from 'vitest';
import { runCli } from '../../../../support/cli.ts';

const url = 'https://signin.aws.amazon.com/federation?SigninToken=x';

test('opens the console, at the page that is asked for', async () => {
  const args = ['console', 'acme/prod/Admin', '--service', 's3', '--duration', '2h'];
  const { code, out, calls } = await runCli(args, { 'account.openConsole': () => ({}) });
  expect({ code, out }).toEqual({ code: 0, out: '' });
  const wish = { account: 'acme/prod/Admin', service: 's3', durationSeconds: 7_200 };
  expect(calls).toEqual([['account.openConsole', wish]]);
});

test('--print prints the address alone, and warns beside it', async () => {
  const { out, err, calls } = await runCli(
    ['console', '--print', '--region', 'us-east-1'],
    { 'account.consoleAddress': () => ({ url }) },
    { env: { AWS_REGION: 'eu-west-1' } },
  );
  expect(out).toBe(`${url}\n`);
  expect(err).toContain('is signed in as you');
  expect(calls).toEqual([['account.consoleAddress', { region: 'us-east-1' }]]);
});

test('the region that is set is the one', async () => {
  const { calls } = await runCli(
    ['console'],
    { 'account.openConsole': () => ({}) },
    { env: { AWS_REGION: 'eu-west-1' } },
  );
  expect(calls[0]?.[1]).toEqual({ region: 'eu-west-1' });
});

test('a service and a page of another are not taken together', async () => {
  const args = ['console', '--service', 's3', '--destination', 'https://console.aws.amazon.com/'];
  const { code, calls, err } = await runCli(args);
  expect({ code, calls }).toEqual({ code: 2, calls: [] });
  expect(err).toContain('--service');
});

test('a duration that is none is a wrong usage, and asks nothing', async () => {
  for (const wrong of ['soon', '-1h', '1.5h', '14m', '13h']) {
    expect(await runCli(['console', `--duration=${wrong}`])).toMatchObject({ code: 2, calls: [] });
  }
});
