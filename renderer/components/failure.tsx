import { type Failure, isOffline, type Remedy, remedyFor } from '../failures.ts';
import { useKeyfob, useKeyfobStore } from '../store.ts';
import { text } from '../text.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** Why the last thing asked for did not happen, what to do, and a button that does it. */
export function FailureStrip() {
  const failure = useKeyfob((view) => view.failure);
  const dismiss = useKeyfob((view) => view.dismissFailure);
  if (failure === undefined) return null;
  return (
    <FailureNotice failure={failure} form="strip">
      <Button kind="quiet" onClick={dismiss}>
        {text.common.dismiss}
      </Button>
    </FailureNotice>
  );
}

/** A failure as a card or a strip; the children stand beside its button. */
export function FailureNotice(props: {
  readonly failure: Failure;
  readonly form?: 'card' | 'strip';
  readonly children?: React.ReactNode;
}) {
  const { failure } = props;
  const remedy = remedyFor(failure);
  return (
    <Notice
      kind={isOffline(failure.error.code) ? 'offline' : 'error'}
      form={props.form ?? 'card'}
      title={failure.error.message}
      actions={
        (remedy !== undefined || props.children !== undefined) && (
          <>
            {remedy !== undefined && <RemedyButton failure={failure} remedy={remedy} />}
            {props.children}
          </>
        )
      }
    >
      {failure.error.hint}
    </Notice>
  );
}

function RemedyButton(props: { readonly failure: Failure; readonly remedy: Remedy }) {
  const { failure, remedy } = props;
  const store = useKeyfobStore();
  function mend() {
    const { go, signIn, run, dismissFailure } = store.getState();
    const { connection } = failure;
    dismissFailure();
    if (remedy === 'signIn' && connection !== undefined) void signIn(connection);
    else if (remedy === 'sync' && connection !== undefined) {
      void run('accounts.sync', { connection }, { connection });
    } else if (remedy === 'connect') go({ name: 'connect' });
    else if (remedy === 'settings') go({ name: 'settings' });
    else failure.retry?.();
  }
  return <Button onClick={mend}>{text.failure[remedy]}</Button>;
}
