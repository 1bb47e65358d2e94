import type { SessionView } from '../../shared/model.ts';
import { sessionStatus } from '../session-status.ts';
import { useTimeText } from '../times.ts';
import { Status } from './status.tsx';

/** How a session stands, kept up to date as time passes. */
export function SessionStatus(props: { readonly session: SessionView }) {
  const words = useTimeText((nowMs) => sessionStatus(props.session, nowMs).words);
  const shape = useTimeText((nowMs) => sessionStatus(props.session, nowMs).shape);
  return <Status shape={shape}>{words}</Status>;
}
