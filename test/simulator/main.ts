import { parseArgs } from 'node:util';
import { z } from 'zod';
import { faultSchema } from './faults.ts';
import { createSimulator, type Simulator, type SimulatorUrls } from './simulator.ts';
import { type SwitchChanges, switchChangesSchema, switchesSchema } from './switches.ts';

/** Entry of `npm run simulator`: the simulator by itself, until SIGINT or SIGTERM. */

const usage = `Usage: npm run simulator -- [options]

IAM Identity Center, its portal and STS on loopback.

  --json               one JSON line when ready, and nothing else
  --port N             OIDC on N, portal on N+1, STS on N+2 (default: free ports)
  --region R           default eu-west-1
  --start-url U        default https://keyfob.awsapps.com/start
  --set NAME=VALUE     turn a switch; VALUE is JSON or a word; may be repeated
                       e.g. --set rotation=strict --set lifetimes.accessSeconds=30
                            --set consent=approve --set 'portalLimit={"perSecond":20,"burst":20}'
  --fault OP=FAULT     make an operation fail; FAULT is JSON; may be repeated
                       e.g. --fault 'CreateToken={"kind":"status","status":503}'
  --help

Switches: ${Object.keys(switchesSchema.shape).join(', ')}
They are described in test/simulator/switches.ts, faults in test/simulator/faults.ts.
`;

function readSwitches(settings: readonly string[]): SwitchChanges {
  const changes: Record<string, unknown> = {};
  for (const setting of settings) {
    const [name = '', text] = setting.split(/=(.*)/s);
    if (text === undefined) throw new Error(`Expected NAME=VALUE, got ${setting}`);
    const [switchName = '', member] = name.split('.');
    const value = parseValue(text);
    changes[switchName] =
      member === undefined ? value : { ...(changes[switchName] as object), [member]: value };
  }
  return switchChangesSchema.parse(changes);
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function injectFaults(simulator: Simulator, settings: readonly string[]): void {
  for (const setting of settings) {
    const [operation = '', text = ''] = setting.split(/=(.*)/s);
    simulator.faults.inject(operation, faultSchema.parse(JSON.parse(text)));
  }
}

function instructions(simulator: Simulator, urls: SimulatorUrls): string {
  const { region, startUrl } = simulator;
  const exports = Object.entries(simulator.env()).map(([name, url]) => `export ${name}=${url}`);
  return `The simulator is up. Stop it with Ctrl+C.

  OIDC     ${urls.oidcUrl}
  portal   ${urls.portalUrl}
  STS      ${urls.stsUrl}
  devices  ${urls.origin}/device

Point Keyfob at it, in the shell where its helper starts:

  ${exports.join('\n  ')}
  keyfob connection add identity-center --name demo --start-url ${startUrl} --region ${region}
  keyfob login demo

Turn switches and read requests while it runs:

  curl -s ${urls.origin}/_sim/switches
  curl -s ${urls.origin}/_sim/switches -d '{"lifetimes":{"accessSeconds":30}}'
  curl -s ${urls.origin}/_sim/requests
  curl -s ${urls.origin}/_sim/approve -d '{}'
`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      region: { type: 'string', default: 'eu-west-1' },
      'start-url': { type: 'string', default: 'https://keyfob.awsapps.com/start' },
      set: { type: 'string', multiple: true, default: [] },
      fault: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const simulator = createSimulator({
    port: z.coerce.number().int().min(0).max(65_533).parse(values.port),
    region: values.region,
    startUrl: values['start-url'],
    switches: readSwitches(values.set),
  });
  injectFaults(simulator, values.fault);
  const urls = await simulator.start();
  const { region, startUrl } = simulator;
  const line = JSON.stringify({ ready: true, ...urls, region, startUrl, env: simulator.env() });
  process.stdout.write(values.json ? `${line}\n` : instructions(simulator, urls));

  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await simulator.stop();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
});
