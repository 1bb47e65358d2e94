import { Activity, useEffect } from 'react';
import { FailureStrip } from '../components/failure.tsx';
import { Foot } from '../components/foot.tsx';
import { Said } from '../components/said.tsx';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { useFocusReturn } from '../use-focus-return.ts';
import { useShortcuts } from '../use-shortcuts.ts';
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
      <Current />
      <Said />
    </div>
  );
}

function Current() {
  const name = useKeyfob((view) => view.view.name);
  const loaded = useKeyfob((view) => view.state !== undefined);
  const connected = useKeyfob((view) => (view.state?.connections.length ?? 0) > 0);
  if (!loaded) return <p className={styles.loading}>{text.common.loading}</p>;
  const InFront = views[name];
  if (!connected && InFront === undefined) return <FirstRun />;
  return (
    <>
      <div className={styles.body}>
        <Activity mode={InFront === undefined ? 'visible' : 'hidden'}>
          <AccountsView />
        </Activity>
        {InFront !== undefined && <InFront />}
      </div>
      <Foot />
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
