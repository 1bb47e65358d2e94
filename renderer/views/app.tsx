import { Activity, useEffect } from 'react';
import { ConfirmationDialog } from '../components/confirmation-dialog.tsx';
import { FailureStrip } from '../components/failure.tsx';
import { Foot } from '../components/foot.tsx';
import { Palette } from '../components/palette.tsx';
import { Problems } from '../components/problems.tsx';
import { PromptDialog } from '../components/prompt-dialog.tsx';
import { RemoveAccount } from '../components/remove-account.tsx';
import { RemoveConnection } from '../components/remove-connection.tsx';
import { SafetyNet } from '../components/safety-net.tsx';
import { Said } from '../components/said.tsx';
import { SideBar } from '../components/side-bar.tsx';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { useFocusReturn } from '../use-focus-return.ts';
import { useShortcuts } from '../use-shortcuts.ts';
import { useWide } from '../use-wide.ts';
import { AccountsView } from './accounts-view.tsx';
import styles from './app.module.css';
import { FirstRun } from './first-run.tsx';
import { views } from './registry.ts';

/** The window: the accounts, or the view in front of them; what failed above, the ways below. */
export function App() {
  useShortcuts();
  useFocusReturn();
  useTheme();
  return (
    <div className={styles.app}>
      <FailureStrip />
      <Problems />
      <PromptDialog />
      <Current />
      <Said />
      <RemoveConnection />
      <RemoveAccount />
      <ConfirmationDialog />
      <Palette />
    </div>
  );
}

function Current() {
  const name = useKeyfob((view) => view.view.name);
  const loaded = useKeyfob((view) => view.state !== undefined);
  const connected = useKeyfob((view) => (view.state?.connections.length ?? 0) > 0);
  const wide = useWide();
  const failed = useKeyfob((view) => view.failure !== undefined);
  if (!loaded) {
    return <main className={styles.loading}>{failed ? undefined : text.common.loading}</main>;
  }
  const InFront = views[name];
  if (!connected && InFront === undefined) {
    return (
      <SafetyNet>
        <FirstRun />
      </SafetyNet>
    );
  }
  return (
    <>
      <div className={styles.body}>
        {wide && <SideBar />}
        <Activity mode={InFront === undefined ? 'visible' : 'hidden'}>
          <SafetyNet>
            <AccountsView wide={wide} />
          </SafetyNet>
        </Activity>
        {InFront !== undefined && (
          <SafetyNet key={name}>
            <InFront />
          </SafetyNet>
        )}
      </div>
      {!wide && <Foot />}
    </>
  );
}

/** The person's choice of light or dark goes before the system's. */
function useTheme() {
  const theme = useKeyfob((view) => view.state?.settings.theme ?? 'system');
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (theme === 'system') delete dataset.theme;
    else dataset.theme = theme;
  }, [theme]);
}
