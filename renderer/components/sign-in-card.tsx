import type { SignIn } from '../../shared/model.ts';
import { useKeyfob } from '../store.ts';
import { Button } from './button.tsx';
import { Countdown } from './countdown.tsx';
import styles from './sign-in-card.module.css';

/** A sign-in under way, or one that failed, with what the person does next. */
export function SignInCard(props: { readonly signIn: SignIn }) {
  const { signIn } = props;
  return (
    <section className={styles.card} aria-label={`Signing in to ${signIn.connection}`}>
      {signIn.state === 'failed' ? (
        <Failed signIn={signIn} />
      ) : signIn.flow === 'device' ? (
        <DeviceCode signIn={signIn} />
      ) : (
        <InTheBrowser signIn={signIn} />
      )}
    </section>
  );
}

function DeviceCode({ signIn }: { readonly signIn: SignIn }) {
  const { userCode, verificationUri } = signIn;
  return (
    <>
      <h2 className={styles.title}>Check that your browser shows this code</h2>
      <p className={styles.code} data-testid="user-code" aria-hidden="true">
        {userCode ?? '…'}
      </p>
      <p className={styles.spoken} role="status">
        {userCode === undefined ? '' : `The code is ${spelledOut(userCode)}`}
      </p>
      <p className={styles.words}>
        Page: <span className={styles.host}>{hostOf(verificationUri)}</span>
        <br />
        Approve only if you started this sign-in.
      </p>
      <Remaining signIn={signIn} />
    </>
  );
}

function InTheBrowser({ signIn }: { readonly signIn: SignIn }) {
  return (
    <>
      <h2 className={styles.title}>Go on in your browser</h2>
      <p className={styles.words}>
        A page at <span className={styles.host}>{hostOf(signIn.authorizationUrl)}</span> asks
        whether Keyfob may sign you in to {signIn.connection}.
      </p>
      <Remaining signIn={signIn} />
    </>
  );
}

function Remaining({ signIn }: { readonly signIn: SignIn }) {
  const cancel = useKeyfob((view) => view.cancelSignIn);
  return (
    <>
      <p className={styles.words}>
        Waiting for your approval, <Countdown until={signIn.expiresAt} form="watched" /> left
      </p>
      <Button onClick={() => cancel(signIn.connection)}>Cancel</Button>
    </>
  );
}

function Failed({ signIn }: { readonly signIn: SignIn }) {
  const again = useKeyfob((view) => view.signIn);
  return (
    <div role="alert" className={styles.failed}>
      <h2 className={styles.title}>The sign-in to {signIn.connection} did not succeed</h2>
      <p className={styles.words}>
        {signIn.error?.message} {signIn.error?.hint}
      </p>
      <Button kind="main" onClick={() => again(signIn.connection)}>
        Sign in again
      </Button>
    </div>
  );
}

/** Letter by letter, so that a screen reader does not try to pronounce it. */
function spelledOut(code: string): string {
  return [...code].map((letter) => (letter === '-' ? 'hyphen' : letter)).join(' ');
}

function hostOf(url: string | undefined): string {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : '…';
}
