import { AddConnection } from '../components/add-connection.tsx';
import { FoundConnections } from '../components/found-connections.tsx';
import { ViewFrame } from '../components/view-frame.tsx';
import { text } from '../text.ts';
import styles from './connect-view.module.css';

/** Nothing is configured yet: one question. */
export function FirstRun() {
  return (
    <ViewFrame title={text.connect.firstTitle} back={false}>
      <div className={styles.column}>
        <p>{text.connect.firstIntro}</p>
        <AddConnection />
        <FoundConnections />
      </div>
    </ViewFrame>
  );
}
