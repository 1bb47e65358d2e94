import type { FoundConnection } from '../../shared/commands/config.ts';
import type { ConnectionSettings } from '../../shared/model.ts';
import { freeName } from '../connections/free-name.ts';
import { checkRegion } from '../identity-center/endpoints.ts';
import { parseStartUrl } from '../identity-center/start-url.ts';
import type { AwsSsoInstance } from './aws-sso-cli.ts';
import { type ConfigSection, parseAwsConfig } from './parse.ts';

const defaultScopes = ['sso:account:access'];
const maxScopes = 25;

/**
 * The Identity Center instances that an AWS configuration file describes, each once: by its
 * sso-session, else by the first profile that names it, in the AWS CLI's form or in granted's, else
 * by aws-sso-cli's own configuration. What is no start URL or region of AWS is left out.
 */
export function discoverConnections(
  text: string,
  known: readonly ConnectionSettings[],
  instances: readonly AwsSsoInstance[] = [],
): FoundConnection[] {
  const { ssoSessions, profiles } = parseAwsConfig(text);
  const found = new Map<string, FoundConnection>();
  const taken = new Set(known.map(({ name }) => name));

  function consider(source: string, wish: string, section: ConfigSection): void {
    const place = placeOf(section);
    if (place === undefined) return;
    const key = `${place.startUrl} ${place.region}`;
    if (found.has(key)) return;
    const present = known.find(
      (one) =>
        one.kind === 'identity-center' &&
        one.startUrl === place.startUrl &&
        one.region === place.region,
    );
    const name = present?.name ?? freeName(wish, [...taken]);
    taken.add(name);
    const scopes = scopesOf(section);
    found.set(key, { name, ...place, scopes, source, exists: present !== undefined });
  }

  for (const [name, section] of ssoSessions) consider(`sso-session ${name}`, name, section);
  for (const [name, section] of profiles) consider(`profile ${name}`, name, section);
  for (const instance of instances) {
    consider(`aws-sso-cli ${instance.name}`, instance.name, sectionOf(instance));
  }
  return [...found.values()];
}

/** Where one signs in by this section, in the one form of its start URL. */
export function placeOf(
  section: ConfigSection,
): { readonly startUrl: string; readonly region: string } | undefined {
  const startUrl = section.get('sso_start_url') ?? section.get('granted_sso_start_url');
  const region = section.get('sso_region') ?? section.get('granted_sso_region');
  if (startUrl === undefined || region === undefined) return undefined;
  try {
    checkRegion(region);
    return { startUrl: parseStartUrl(startUrl), region };
  } catch {
    return undefined;
  }
}

/** An instance of aws-sso-cli as a section of the AWS CLI would have it. */
export function sectionOf({ startUrl, region }: AwsSsoInstance): ConfigSection {
  return new Map([
    ['sso_start_url', startUrl],
    ['sso_region', region],
  ]);
}

function scopesOf(section: ConfigSection): string[] {
  const scopes = (section.get('sso_registration_scopes') ?? '')
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '' && scope.length <= 256);
  return scopes.length === 0 ? defaultScopes : [...new Set(scopes)].slice(0, maxScopes);
}
