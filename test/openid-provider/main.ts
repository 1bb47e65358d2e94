import { parseArgs } from 'node:util';
import { z } from 'zod';
import { people } from './people.ts';
import { type OpenidProvider, startOpenidProvider } from './provider.ts';
import { defaultSwitches } from './state.ts';

/** Entry of `npm run openid-provider`: the provider by itself, until SIGINT or SIGTERM. */

const usage = `Usage: npm run openid-provider -- [options]

An OpenID provider on loopback, with clients and people of its own.

  --json             one JSON line when ready, and nothing else
  --port N           default: a free one
  --set NAME=VALUE   turn a switch; VALUE is JSON; may be repeated
                     e.g. --set ssoServer=true --set 'lifetimes={"access":30}'
  --help

Switches: ${Object.keys(defaultSwitches).join(', ')}
They are described in test/openid-provider/state.ts.
`;

const switchesSchema = z
  .strictObject({
    lifetimes: z
      .strictObject({
        access: z.number().int().positive(),
        clientCredentials: z.number().int().positive(),
        id: z.number().int().positive(),
        refresh: z.number().int().positive(),
        code: z.number().int().positive(),
        device: z.number().int().positive(),
      })
      .partial(),
    alwaysRefreshable: z.boolean(),
    rotateRefreshTokens: z.boolean(),
    dpopNonce: z.boolean(),
    ssoServer: z.boolean(),
    deviceError: z.enum(['slow_down', 'authorization_pending']),
  })
  .partial();

function readSwitches(settings: readonly string[]) {
  const changes: Record<string, unknown> = {};
  for (const setting of settings) {
    const [name = '', text] = setting.split(/=(.*)/s);
    if (text === undefined) throw new Error(`Expected NAME=VALUE, got ${setting}`);
    changes[name] = JSON.parse(text);
  }
  return switchesSchema.parse(changes);
}

function instructions({ issuer, client }: OpenidProvider): string {
  const { clientId } = client('public');
  const who = people.map(({ username, password }) => `${username} (password: ${password})`);
  return `The provider is up. Stop it with Ctrl+C.

  issuer   ${issuer}
  devices  ${issuer}/device
  people   ${who.join(', ')}

Sign in to it:

  keyfob connection add oidc --name demo --issuer ${issuer} --client-id ${clientId}
  keyfob login demo

One page asks who you are and whether you approve. Without --client-id, Keyfob registers itself.
`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      set: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const { lifetimes, ...switches } = JSON.parse(JSON.stringify(readSwitches(values.set)));
  const provider = await startOpenidProvider({
    port: z.coerce.number().int().min(0).max(65_535).parse(values.port),
    switches: { ...switches, lifetimes },
  });
  const { issuer } = provider;
  const clients = Object.entries(provider.clients).map(([name, { clientId }]) => [name, clientId]);
  const line = JSON.stringify({ ready: true, issuer, clients: Object.fromEntries(clients) });
  process.stdout.write(values.json ? `${line}\n` : instructions(provider));

  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await provider.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
});
