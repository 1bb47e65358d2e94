import type { Check } from '../../shared/commands/checks.ts';
import { asKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { OidcSettings } from '../../shared/oidc-settings.ts';
import { probeUrl } from '../identity-center/probe.ts';
import type { Ports } from '../ports.ts';
import { discoverIssuer } from './discover.ts';

/**
 * Whether a connection's provider answers, and describes itself as the issuer that it is meant to
 * be. Where there is no metadata, whether its token endpoint's host answers at all. Rejects with
 * the codes of `discoverIssuer` and `probeUrl`.
 */
export async function providerAnswers(
  settings: OidcSettings,
  ports: Ports,
): Promise<{ readonly host: string; readonly date: string | null }> {
  const { issuer, metadata, endpoints } = settings;
  const probed = await probeUrl(
    metadata === 'manual' ? (endpoints?.token ?? issuer) : issuer,
    ports,
  );
  if (metadata === 'manual') return probed;
  const found = await discoverIssuer(issuer, ports, new AbortController().signal);
  if (found.issuer === issuer) return probed;
  throw new KeyfobError('issuer_mismatch', `${issuer} calls itself ${found.issuer}.`, {
    hint: 'The two have to be the same to the last letter: add the connection again with the issuer as the provider writes it.',
    details: { expected: issuer, issuer: found.issuer },
  });
}

/** What a person can do at the provider, and what is missing for it. Never rejects. */
export async function checkOffers(settings: OidcSettings, ports: Ports): Promise<Check[]> {
  const id = `offers.${settings.name}`;
  if (settings.metadata === 'manual') return [];
  try {
    const { server } = await discoverIssuer(settings.issuer, ports, new AbortController().signal);
    if (settings.clientId === undefined && server.registration_endpoint === undefined) {
      return [
        {
          id,
          status: 'failure',
          message: 'The provider lets no client register itself.',
          hint: 'Have a client registered there, and add the connection again with --client-id.',
        },
      ];
    }
    if (settings.flow === 'device' && server.device_authorization_endpoint === undefined) {
      return [
        {
          id,
          status: 'warning',
          message: 'The provider offers no sign-in by device code.',
          hint: `Choose the browser: \`keyfob connection update ${settings.name} --flow browser\`.`,
        },
      ];
    }
    return [{ id, status: 'ok', message: 'The provider offers what the connection needs.' }];
  } catch (error) {
    // That it can't be reached is told by another check.
    const { code } = asKeyfobError(error);
    return code === 'internal'
      ? [
          {
            id,
            status: 'failure',
            message: 'The provider could not be looked at.',
            hint: 'Look at the log.',
          },
        ]
      : [];
  }
}
