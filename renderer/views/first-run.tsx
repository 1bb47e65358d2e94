import styles from './first-run.module.css';

/** Nothing is configured yet. */
export function FirstRun() {
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
