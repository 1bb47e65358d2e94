import { AddConnection } from '../components/add-connection.tsx';
import { FoundConnections } from '../components/found-connections.tsx';
import { ViewFrame } from '../components/view-frame.tsx';
import { text } from '../text.ts';

/** One more place to sign in. */
export function ConnectView() {
  return (
    <ViewFrame title={text.connect.title}>
      <AddConnection />
      <FoundConnections sayNone={true} />
    </ViewFrame>
  );
}
