import type { ComponentType } from 'react';
import type { ViewName } from '../navigation.ts';
import { ActivityView } from './activity-view.tsx';
import { AddAccountView } from './add-account-view.tsx';
import { ConnectView } from './connect-view.tsx';
import { ProfilesView } from './profiles-view.tsx';
import { SettingsView } from './settings-view.tsx';
import { SignInView } from './sign-in-view.tsx';
import { ToolsView } from './tools-view.tsx';

/** What stands in front of the accounts, by name. A view reads its own details from the store. */
export const views: Readonly<Partial<Record<ViewName, ComponentType>>> = {
  signIn: SignInView,
  connect: ConnectView,
  addAccount: AddAccountView,
  tools: ToolsView,
  profiles: ProfilesView,
  activity: ActivityView,
  settings: SettingsView,
};
