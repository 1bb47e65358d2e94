import type { ReactNode } from 'react';
import type { SignIn } from '../../shared/model.ts';
import { entryTitle, groupCode, hostOf, spellOut } from '../sign-in-words.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { Button } from './button.tsx';
import { ExpiryRing } from './expiry-ring.tsx';
import styles from './sign-in-card.module.css';
import { SignInForm } from './sign-in-form.tsx';
import { Trouble } from './trouble.tsx';
import { Unseen } from './unseen.tsx';

/** A sign-in that waits: for the person's approval, for what only they know, or for the provider. */
export function SignInCard(props: { readonly signIn: SignIn }) {
  switch (props.signIn.flow) {
    case 'device':
      return <DeviceCode signIn={props.signIn} />;
    case 'browser':
      return <InTheBrowser signIn={props.signIn} />;
    case 'form':
    case 'unattended':
      return <Here signIn={props.signIn} />;
  }
}

function DeviceCode({ signIn }: { readonly signIn: SignIn }) {
  const { connection, userCode, verificationUri } = signIn;
  const copy = useKeyfob((view) => view.copy);
  const run = useKeyfob((view) => view.run);
  const ready = userCode !== undefined;
  return (
    <Card title={text.signIn.checkCode} signIn={signIn}>
      <p className={styles.code} data-testid="user-code" aria-hidden="true">
        {ready ? groupCode(userCode) : '····-····'}
      </p>
      <Unseen live={true}>{ready ? text.signIn.codeIs(spellOut(userCode)) : ''}</Unseen>
      <p className={styles.words}>
        {text.signIn.page} <span className={styles.host}>{hostOf(verificationUri) ?? '…'}</span>
        <br />
        {text.signIn.onlyIfYou}
      </p>
      <Trouble error={signIn.error} />
      <Awaited signIn={signIn} />
      <div className={styles.actions}>
        <Button
          kind="main"
          disabled={!ready}
          onClick={() => run('link.open', { connection, what: 'verification' }, { connection })}
        >
          {text.signIn.openPage}
        </Button>
        <Button
          disabled={!ready}
          onClick={() => ready && copy(groupCode(userCode), text.signIn.code)}
        >
          {text.signIn.copyCode}
        </Button>
        <CancelButton connection={connection} />
      </div>
    </Card>
  );
}

function InTheBrowser({ signIn }: { readonly signIn: SignIn }) {
  const { authorizationUrl, connection } = signIn;
  const copy = useKeyfob((view) => view.copy);
  const run = useKeyfob((view) => view.run);
  const restart = useKeyfob((view) => view.signIn);
  const host = hostOf(authorizationUrl);
  return (
    <Card title={text.signIn.goOn} signIn={signIn}>
      <p className={styles.words} role="status">
        {host === undefined ? (
          text.signIn.asking(connection)
        ) : (
          <>
            {text.signIn.page} <span className={styles.host}>{host}</span>
            <br />
            {text.signIn.asks(connection)}
          </>
        )}
        <br />
        {text.signIn.onlyIfYou}
      </p>
      <Trouble error={signIn.error} />
      <Awaited signIn={signIn} />
      <div className={styles.actions}>
        <Button
          kind="main"
          disabled={host === undefined}
          onClick={() => run('link.open', { connection, what: 'authorization' }, { connection })}
        >
          {text.signIn.openAgain}
        </Button>
        <Button
          disabled={authorizationUrl === undefined}
          onClick={() => authorizationUrl !== undefined && copy(authorizationUrl, text.signIn.link)}
        >
          {text.signIn.copyLink}
        </Button>
        <CancelButton connection={connection} />
      </div>
      {signIn.offersDevice !== false && (
        <Button kind="quiet" onClick={() => restart(connection, 'device')}>
          {text.signIn.useCode}
        </Button>
      )}
    </Card>
  );
}

/** A provider that is asked from here; it may want something of the person first. */
function Here({ signIn }: { readonly signIn: SignIn }) {
  const { asks, connection } = signIn;
  return (
    <Card
      title={asks === undefined ? text.signIn.underWay : entryTitle(asks.fields)}
      signIn={signIn}
    >
      <Trouble error={signIn.error} />
      {asks === undefined ? (
        <>
          <p className={styles.words} role="status">
            {text.signIn.asking(connection)}
          </p>
          <CancelButton connection={connection} />
        </>
      ) : (
        <SignInForm key={asks.id} connection={connection} asked={asks} />
      )}
    </Card>
  );
}

function Card(props: {
  readonly title: string;
  readonly signIn: SignIn;
  readonly children: ReactNode;
}) {
  return (
    <section
      className={styles.card}
      aria-label={text.common.signInTo(props.signIn.connection)}
      data-testid="sign-in-card"
    >
      <h2 className={styles.title}>{props.title}</h2>
      {props.children}
    </section>
  );
}

/** What is waited for, and until when. */
function Awaited({ signIn }: { readonly signIn: SignIn }) {
  return (
    <div className={styles.awaited}>
      <ExpiryRing from={signIn.startedAt} until={signIn.expiresAt} label={text.signIn.left} />
      <span>{text.signIn.waiting}</span>
    </div>
  );
}

function CancelButton(props: { readonly connection: string }) {
  const cancel = useKeyfob((view) => view.cancelSignIn);
  return (
    <Button kind="quiet" onClick={() => cancel(props.connection)}>
      {text.common.cancel}
    </Button>
  );
}
