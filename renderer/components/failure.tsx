import type { ReactNode } from 'react';
import { type Failure, hintHere, isOffline, type Remedy, remedyFor } from '../failures.ts';
import { useKeyfob, useKeyfobStore } from '../store.ts';
import { text } from '../text.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** Why the last thing asked for did not happen, what to do, and a button that does it. */
export function FailureStrip() {
  const failure = useKeyfob((view) => view.failure);
  const dismiss = useKeyfob((view) => view.dismissFailure);
  if (failure === undefined) return null;
  return <FailureNotice failure={failure} form="strip" onDismiss={dismiss} />;
}

/** A failure, and the button that mends it; the children stand beside that. */
export function FailureNotice(props: {
  readonly failure: Failure;
  readonly form?: 'card' | 'strip' | 'inline';
  readonly onDismiss?: () => void;
  readonly children?: ReactNode;
}) {
  const { failure } = props;
  const remedy = remedyFor(failure);
  return (
    <Notice
      kind={isOffline(failure.error.code) ? 'offline' : 'error'}
      form={props.form ?? 'card'}
      title={failure.error.message}
      onDismiss={props.onDismiss}
      actions={
        remedy === undefined && props.children === undefined ? undefined : (
          <>
            {remedy !== undefined && (
              <RemedyButton
                failure={failure}
                remedy={remedy}
                main={(props.form ?? 'card') === 'card'}
              />
            )}
            {props.children}
          </>
        )
      }
    >
      {hintHere(failure.error)}
    </Notice>
  );
}

function RemedyButton(props: {
  readonly failure: Failure;
  readonly remedy: Remedy;
  readonly main: boolean;
}) {
  const { failure, remedy, main } = props;
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
  return (
    <Button kind={main ? 'main' : 'plain'} onClick={mend}>
      {text.failure[remedy]}
    </Button>
  );
}
