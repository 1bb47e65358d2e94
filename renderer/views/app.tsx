import { AccountList } from '../components/account-list.tsx';
import { ActiveAccount } from '../components/active-account.tsx';
import { Failure } from '../components/failure.tsx';
import { SearchField } from '../components/search-field.tsx';
import { SignInCard } from '../components/sign-in-card.tsx';
import { useKeyfob } from '../store.ts';
import styles from './app.module.css';

/** The window's one view: what is active, what is being signed in, and everything to switch to. */
export function App() {
  const state = useKeyfob((view) => view.state);
  return (
    <div className={styles.app}>
      <Failure />
      {state === undefined ? (
        <p className={styles.note}>Asking the helper…</p>
      ) : state.connections.length === 0 ? (
        <FirstConnection />
      ) : (
        <>
          <ActiveAccount />
          <main className={styles.main}>
            {state.signIns
              .filter((signIn) => signIn.state === 'pending' || signIn.state === 'failed')
              .map((signIn) => (
                <SignInCard key={signIn.connection} signIn={signIn} />
              ))}
            <SearchField />
            <AccountList />
          </main>
        </>
      )}
    </div>
  );
}

function FirstConnection() {
  return (
    <main className={styles.note}>
      <h1 className={styles.title}>Where do you sign in?</h1>
      <p>Add a connection with the start URL that your company gave you:</p>
      <pre className={styles.command}>
        {
          'keyfob connection add identity-center \\\n  --name acme --region eu-west-1 \\\n  --start-url https://acme.awsapps.com/start'
        }
      </pre>
      <p>It shows up here at once.</p>
    </main>
  );
}
