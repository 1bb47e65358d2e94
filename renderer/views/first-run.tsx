import { AddConnection } from '../components/add-connection.tsx';
import { FoundConnections } from '../components/found-connections.tsx';
import { ViewFrame } from '../components/view-frame.tsx';
import { text } from '../text.ts';

/** Nothing is configured yet: one question. */
export function FirstRun() {
  return (
    <ViewFrame title={text.connect.firstTitle} back={false}>
      <p>{text.connect.firstIntro}</p>
      <AddConnection />
      <FoundConnections />
    </ViewFrame>
  );
}
