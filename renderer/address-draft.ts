import type { CommandInput } from '../shared/commands.ts';
import type { Flow } from '../shared/model.ts';
import type { FailureWords } from './failures.ts';
import type { AddressCheck } from './use-address-check.ts';

/** What a person has typed so far; what is undefined was never touched, so it follows the check. */
export interface AddressDraft {
  readonly address: string;
  readonly region: string | undefined;
  readonly name: string | undefined;
  readonly flow: Flow;
}

export const emptyDraft: AddressDraft = {
  address: '',
  region: undefined,
  name: undefined,
  flow: 'auto',
};

/** What the form shows for a draft. */
export interface AddressForm {
  readonly region: string;
  readonly name: string;
  /** False until the address makes sense: there is nothing to ask about yet. */
  readonly detailed: boolean;
  readonly addressError: FailureWords | undefined;
  readonly regionError: FailureWords | undefined;
  /** Whether what went wrong may be over by now, so that checking again makes sense. */
  readonly passing: boolean;
  /** The connection that has this address already. */
  readonly existing: string | undefined;
  /** What to add; undefined while something is missing or wrong. */
  readonly connection: CommandInput<'connection.add'> | undefined;
}

/** Joins what was typed with what the check found out. */
export function addressForm(draft: AddressDraft, check: AddressCheck): AddressForm {
  const found = check.state === 'found' ? check.found : undefined;
  const error = check.state === 'failed' ? check.error : undefined;
  const region = (draft.region ?? found?.region ?? '').trim();
  const name = (draft.name ?? found?.name ?? '').trim();
  const aboutRegion = error?.code === 'invalid_region';
  // A provider that can't be reached now may be there when the sign-in starts.
  const wrong = error?.code === 'invalid_start_url' || aboutRegion;
  const ready =
    !wrong && check.state !== 'empty' && region !== '' && name !== '' && !found?.existing;
  return {
    region,
    name,
    detailed: found !== undefined || (error !== undefined && error.code !== 'invalid_start_url'),
    addressError: aboutRegion ? undefined : error,
    regionError: aboutRegion ? error : undefined,
    passing: error !== undefined && !wrong,
    existing: found?.existing,
    connection: ready
      ? {
          kind: 'identity-center',
          name,
          startUrl: found?.startUrl ?? draft.address.trim(),
          region,
          flow: draft.flow,
        }
      : undefined,
  };
}
