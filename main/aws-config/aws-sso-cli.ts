import { parse } from 'yaml';
import { z } from 'zod';

/** An Identity Center that aws-sso-cli has configured. */
export interface AwsSsoInstance {
  readonly name: string;
  readonly startUrl: string;
  readonly region: string;
}

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

/** The role that a profile which aws-sso-cli has generated asks for; undefined for other ones. */
export function awsSsoRole(
  line: string,
):
  | { readonly instance: string; readonly accountId: string; readonly roleName: string }
  | undefined {
  if (!/(?:^|[\\/"'])aws-sso(?:\.exe)?["']?\s/.test(line)) return undefined;
  // A path before the role's name is none of the portal's.
  const [, accountId, roleName] =
    /arn:[\w-]+:iam::(\d{12}):role\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)/.exec(line) ?? [];
  if (accountId === undefined || roleName === undefined) return undefined;
  const instance = /\s(?:-S|--sso)[ =]["']?([^\s"']+)/.exec(line)?.[1] ?? 'Default';
  return { instance, accountId, roleName };
}
