import { describe, expect, test } from 'vitest';
import {
  type AskForCommand,
  guardBrowserCommands,
} from '../../../../main/desktop/browser-guard.ts';
import type { CallContext, CommandHandlers } from '../../../../shared/commands.ts';
import { createHelperRig } from '../../../support/helper-rig.ts';

type Question = Parameters<AskForCommand>[0];

/** A helper's commands as the window has them; the person answers as told. */
async function openGuard(yes: boolean) {
  const { helper } = await createHelperRig();
  const asked: Question[] = [];
  const guarded: CommandHandlers = guardBrowserCommands(
    helper.handlers,
    helper.state,
    async (question) => {
      asked.push(question);
      return yes;
    },
  );
  const { signal } = new AbortController();
  const context: CallContext = { caller: 'window', signal };
  const settings = () => helper.state.get('settings').browser;
  const own = () => helper.state.get('connections')[0]?.settings.browser;
  return { asked, context, guarded, settings, own };
}

const corp = {
  kind: 'oidc',
  name: 'corp',
  issuer: 'https://login.example.com',
  metadata: 'oidc',
  grant: 'interactive',
  flow: 'auto',
  clientId: 'keyfob',
} as const;

describe('what would run another program', () => {
  test.each([true, false])('is done only after a yes: %s', async (yes) => {
    const { asked, context, guarded, settings, own } = await openGuard(yes);
    const outcomes = await Promise.allSettled([
      guarded['settings.change']({ changes: { browser: 'one' } }, context),
      guarded['connection.update']({ connection: 'acme', browser: 'two' }, context),
      guarded['connection.add']({ ...corp, browser: 'three' }, context),
    ]);
    expect(asked).toEqual([
      { command: 'one' },
      { command: 'two', connection: 'acme' },
      { command: 'three', connection: 'corp' },
    ]);
    if (yes) {
      expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('fulfilled'));
      expect([settings(), own()]).toEqual(['one', 'two']);
    } else {
      const refused = { status: 'rejected', reason: { code: 'refused' } };
      expect(outcomes).toMatchObject([refused, refused, refused]);
      expect([settings(), own()]).toEqual([null, undefined]);
    }
  });
});

test('an Identity Center is added with a command only after a yes, too', async () => {
  const { asked, context, guarded } = await openGuard(false);
  const other = {
    kind: 'identity-center',
    name: 'other',
    startUrl: 'https://other.awsapps.com/start',
    region: 'eu-west-1',
    browser: 'four',
  } as const;
  await expect(
    guarded['connection.add']({ ...other, scopes: [], flow: 'auto' }, context),
  ).rejects.toMatchObject({ code: 'refused' });
  expect(asked).toEqual([{ command: 'four', connection: 'other' }]);
});

describe('nobody is asked', () => {
  test('about a command that is set already, nor to take one away', async () => {
    const { asked, context, guarded, settings, own } = await openGuard(true);
    await guarded['settings.change']({ changes: { browser: 'one' } }, context);
    await guarded['connection.update']({ connection: 'acme', browser: 'two' }, context);
    asked.splice(0);
    await guarded['settings.change']({ changes: { browser: 'one', theme: 'dark' } }, context);
    await guarded['connection.update']({ connection: 'acme', browser: 'two' }, context);
    expect([settings(), own()]).toEqual(['one', 'two']);
    await guarded['settings.change']({ changes: { browser: null } }, context);
    await guarded['connection.update']({ connection: 'acme', browser: null }, context);
    expect(asked).toEqual([]);
    expect([settings(), own()]).toEqual([null, undefined]);
  });

  test('about a change that has nothing to do with it', async () => {
    const { asked, context, guarded } = await openGuard(false);
    await guarded['settings.change']({ changes: { theme: 'dark' } }, context);
    await guarded['connection.update']({ connection: 'acme', flow: 'device' }, context);
    await guarded['connection.add'](corp, context);
    expect(asked).toEqual([]);
  });
});
