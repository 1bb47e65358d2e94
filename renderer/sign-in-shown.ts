import type { SignIn } from '../shared/model.ts';
import type { FailureWords } from './failures.ts';
import type { SignInView } from './navigation.ts';
import { text } from './text.ts';

/** What the view of a sign-in has to show. */
export type SignInShown =
  | { readonly kind: 'starting' }
  | { readonly kind: 'pending'; readonly signIn: SignIn }
  | { readonly kind: 'failed'; readonly error: FailureWords }
  | { readonly kind: 'signedIn' }
  | { readonly kind: 'cancelled' };

const noReason: FailureWords = { code: 'sign_in_failed', message: text.signIn.failed };

/**
 * Joins what was asked for here with what the helper says of the connection's last sign-in. How an
 * earlier one ended is never shown as the end of the one that was just asked for.
 */
export function signInShown(view: SignInView, signIn: SignIn | undefined): SignInShown {
  if (signIn?.state === 'pending') return { kind: 'pending', signIn };
  if (view.error !== undefined) {
    return view.error.code === 'sign_in_cancelled'
      ? { kind: 'cancelled' }
      : { kind: 'failed', error: view.error };
  }
  const earlier =
    signIn !== undefined && view.startedAt !== undefined && signIn.startedAt < view.startedAt;
  if (view.starting || earlier || signIn === undefined) return { kind: 'starting' };
  if (signIn.state === 'signed_in') return { kind: 'signedIn' };
  if (signIn.state === 'cancelled') return { kind: 'cancelled' };
  return { kind: 'failed', error: signIn.error ?? noReason };
}
