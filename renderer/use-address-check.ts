import { useEffect, useState } from 'react';
import type { CommandOutput } from '../shared/commands.ts';
import type { FailureWords } from './failures.ts';
import { useKeyfob } from './store.ts';

/** What is known about an address that is being typed. */
export type AddressCheck =
  | { readonly state: 'empty' | 'checking' }
  | { readonly state: 'found'; readonly found: CommandOutput<'connection.check'> }
  | { readonly state: 'failed'; readonly error: FailureWords };

/** A pause in typing that is long enough to ask. */
const pauseMs = 350;

/**
 * Checks an address, and the region where one is given, at each pause in typing. What an earlier
 * check says is dropped once there is something newer to check. The second value asks
 * the same again.
 */
export function useAddressCheck(
  address: string,
  region: string,
): readonly [AddressCheck, () => void] {
  const call = useKeyfob((view) => view.call);
  const [check, setCheck] = useState<AddressCheck>({ state: 'empty' });
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks the same again
  useEffect(() => {
    if (address.trim() === '') {
      setCheck({ state: 'empty' });
      return;
    }
    let over = false;
    setCheck((before) => (before.state === 'found' ? before : { state: 'checking' }));
    const timer = setTimeout(async () => {
      setCheck({ state: 'checking' });
      const asked = region.trim() === '' ? { address } : { address, region: region.trim() };
      const answer = await call('connection.check', asked);
      if (over) return;
      setCheck(
        answer.ok
          ? { state: 'found', found: answer.value }
          : { state: 'failed', error: answer.error },
      );
    }, pauseMs);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [address, region, call, round]);
  return [check, () => setRound((before) => before + 1)];
}
