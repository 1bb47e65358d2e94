import type { CommandInput } from '../shared/commands.ts';
import { ownFlowOf } from '../shared/connection.ts';
import type { Flow } from '../shared/model.ts';
import type { Issuer } from '../shared/oidc-connection.ts';
import type { OidcGrant } from '../shared/oidc-settings.ts';
import type { FailureWords } from './failures.ts';
import type { AddressCheck } from './use-address-check.ts';

/** What a person has typed so far; what is undefined was never touched, so it follows the check. */
export interface AddressDraft {
  readonly address: string;
  readonly region: string | undefined;
  readonly name: string | undefined;
  readonly flow: Flow;
  readonly oidc: OidcDraft;
}

/** What an OpenID provider may want to know beside its address. Empty: the helper's choice. */
export interface OidcDraft {
  readonly clientId: string;
  /** Lives here until it is sent, and goes to the keychain. */
  readonly clientSecret: string;
  /** Likewise: what the provider's owner handed out to register with. */
  readonly initialAccessToken: string;
  readonly scopes: string;
  readonly audience: string;
  readonly grant: OidcGrant;
  readonly username: string;
  readonly passwordAllowed: boolean;
}

export const emptyDraft: AddressDraft = {
  address: '',
  region: undefined,
  name: undefined,
  flow: 'auto',
  oidc: {
    clientId: '',
    clientSecret: '',
    initialAccessToken: '',
    scopes: '',
    audience: '',
    grant: 'interactive',
    username: '',
    passwordAllowed: false,
  },
};

type NewConnection = CommandInput<'connection.add'>;

/** What the form shows for a draft. */
export interface AddressForm {
  /** What the address leads to; undefined until that is known, and there is nothing to ask about. */
  readonly kind: NewConnection['kind'] | undefined;
  readonly region: string;
  readonly name: string;
  readonly addressError: FailureWords | undefined;
  readonly regionError: FailureWords | undefined;
  /** Whether what went wrong may be over by now, so that checking again makes sense. */
  readonly passing: boolean;
  /** The connection that has this address already. */
  readonly existing: string | undefined;
  /** What an OpenID provider says of itself. */
  readonly issuer: Issuer | undefined;
  /** What to add; undefined while something is missing or wrong. */
  readonly connection: NewConnection | undefined;
}

/** What no waiting mends. */
const wrongAddress: readonly string[] = ['invalid_start_url', 'issuer_mismatch'];

/** Joins what was typed with what the check found out. */
export function addressForm(draft: AddressDraft, check: AddressCheck): AddressForm {
  const found = check.state === 'found' ? check.found : undefined;
  const issuer = found?.kind === 'oidc' ? found : undefined;
  const portal = found?.kind === 'identity-center' ? found : undefined;
  const error = check.state === 'failed' ? check.error : undefined;
  const aboutRegion = error?.code === 'invalid_region';
  // A provider that can't be reached now may be there when the sign-in starts.
  const wrong = error !== undefined && (wrongAddress.includes(error.code) || aboutRegion);
  const unreachedPortal = error !== undefined && (aboutRegion || (!wrong && isPortal(draft)));
  const kind = found?.kind ?? (unreachedPortal ? 'identity-center' : undefined);
  const region = (draft.region ?? portal?.region ?? '').trim();
  const name = (draft.name ?? found?.name ?? '').trim();
  // One provider may well be signed in to twice, as two clients.
  const existing = portal?.existing;
  const free = !wrong && name !== '' && existing === undefined;
  return {
    kind,
    region,
    name,
    addressError: aboutRegion ? undefined : error,
    regionError: aboutRegion ? error : undefined,
    passing: error !== undefined && !wrong,
    existing,
    issuer,
    connection: !free
      ? undefined
      : issuer !== undefined
        ? oidcConnection(draft, issuer, name)
        : kind === 'identity-center' && region !== ''
          ? {
              kind,
              name,
              startUrl: portal?.startUrl ?? draft.address.trim(),
              region,
              flow: draft.flow,
            }
          : undefined,
  };
}

/** An address of AWS's access portals, by its form alone. */
function isPortal({ address }: AddressDraft): boolean {
  const host = URL.parse(address.trim())?.hostname ?? '';
  return /(?:^|\.)(?:awsapps\.(?:com|cn)|app\.aws)$/.test(host);
}

/** Whether a grant begins with somebody's name. */
export function needsUsername(grant: OidcGrant): boolean {
  return grant === 'sms-otp' || grant === 'smtp-otp';
}

function oidcConnection(
  { flow, oidc }: AddressDraft,
  issuer: Issuer,
  name: string,
): NewConnection | undefined {
  const { grant, passwordAllowed } = oidc;
  const clientId = oidc.clientId.trim();
  const scopes = oidc.scopes.split(/\s+/).filter((scope) => scope !== '');
  const username = oidc.username.trim();
  const audience = oidc.audience.trim();
  const onlyDevice = issuer.offers.device && !issuer.offers.browser;
  if (clientId === '' && !issuer.offers.registration) return undefined;
  if (grant === 'password' && !passwordAllowed) return undefined;
  return {
    kind: 'oidc',
    name,
    issuer: issuer.issuer,
    metadata: issuer.metadata,
    grant,
    flow: ownFlowOf({ grant }) !== undefined ? 'auto' : onlyDevice ? 'device' : flow,
    ...(clientId === '' ? {} : { clientId }),
    ...(clientId === '' || oidc.clientSecret === '' ? {} : { clientSecret: oidc.clientSecret }),
    ...(clientId !== '' || oidc.initialAccessToken === ''
      ? {}
      : { initialAccessToken: oidc.initialAccessToken }),
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(audience === '' ? {} : { audience }),
    ...(username === '' || grant === 'interactive' ? {} : { username }),
    ...(grant === 'password' ? { passwordAllowed } : {}),
  };
}
