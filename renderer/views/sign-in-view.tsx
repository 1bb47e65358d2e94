import { useEffect } from 'react';
import { SignInCard } from '../components/sign-in-card.tsx';
import { ViewFrame } from '../components/view-frame.tsx';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';

/** A sign-in under way, until it has succeeded or been given up. */
export function SignInView() {
  const connection = useKeyfob(({ view }) => (view.name === 'signIn' ? view.connection : ''));
  const signIn = useKeyfob(({ state }) =>
    state?.signIns.find((one) => one.connection === connection),
  );
  const back = useKeyfob((view) => view.back);
  const over = signIn?.state === 'signed_in' || signIn?.state === 'cancelled';
  useEffect(() => {
    if (over) back();
  }, [over, back]);
  return (
    <ViewFrame title={text.common.signInTo(connection)}>
      {signIn !== undefined && !over && <SignInCard signIn={signIn} />}
    </ViewFrame>
  );
}
