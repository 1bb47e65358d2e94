import type { ComponentType } from 'react';
import type { ViewName } from '../navigation.ts';
import { SignInView } from './sign-in-view.tsx';

/** What stands in front of the accounts, by name. A view reads its own details from the store. */
export const views: Readonly<Partial<Record<ViewName, ComponentType>>> = {
  signIn: SignInView,
};
