import type { ErrorInfo } from '../shared/errors.ts';

/** A sign-in, from the moment it is asked for. */
export interface SignInView {
  readonly name: 'signIn';
  readonly connection: string;
  /** It has been asked for and there is nothing to show yet. */
  readonly starting?: boolean;
  /** When the one that was asked for began (ISO 8601); absent: whichever was last. */
  readonly startedAt?: string;
  /** Why it could not be started. */
  readonly error?: ErrorInfo;
}

/** What the window can show. `accounts` is home: everything else goes back to it. */
export type View =
  | { readonly name: 'accounts' }
  | SignInView
  | { readonly name: 'connect' }
  /** Snippets for an account; absent: the active one. */
  | { readonly name: 'tools'; readonly account?: string }
  /** An account of one's own making, listed under a connection. */
  | { readonly name: 'addAccount'; readonly connection: string }
  /** The accounts as profiles of the AWS config. */
  | { readonly name: 'profiles' }
  | { readonly name: 'activity' }
  | { readonly name: 'settings' };

export type ViewName = View['name'];

export const home: View = { name: 'accounts' };
