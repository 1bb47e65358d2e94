import { parse } from 'yaml';
import { z } from 'zod';
import type { AwsSsoInstance } from './aws-sso-cli.ts';

const configSchema = z.object({
  SSOConfig: z.record(z.string(), z.object({ StartUrl: z.string(), SSORegion: z.string() })),
});

/** The instances in aws-sso-cli's `config.yaml`; undefined where it is none. */
export function awsSsoInstances(text: string): AwsSsoInstance[] | undefined {
  let value: unknown;
  try {
    // Aliases could make a small text a huge value; that file needs none.
    value = parse(text, { maxAliasCount: 0, logLevel: 'silent' });
  } catch {
    return undefined;
  }
  const config = configSchema.safeParse(value);
  if (!config.success) return undefined;
  return Object.entries(config.data.SSOConfig).map(([name, { StartUrl, SSORegion }]) => ({
    name,
    startUrl: StartUrl,
    region: SSORegion,
  }));
}
