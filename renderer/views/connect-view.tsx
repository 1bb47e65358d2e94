import { AddConnection } from '../components/add-connection.tsx';
import { FoundConnections } from '../components/found-connections.tsx';
import { ViewFrame } from '../components/view-frame.tsx';
import { text } from '../text.ts';
import styles from './connect-view.module.css';

/** One more place to sign in. */
export function ConnectView() {
  return (
    <ViewFrame title={text.connect.title}>
      <div className={styles.column}>
        <AddConnection />
        <FoundConnections sayNone={true} />
      </div>
    </ViewFrame>
  );
}
