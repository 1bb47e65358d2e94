import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronDown } from 'lucide-react';
import { ownFlowOf } from '../../shared/connection.ts';
import type { ConnectionView } from '../../shared/model.ts';
import type { OidcSettings } from '../../shared/oidc-settings.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { useCommand } from '../use-command.ts';
import { Button } from './button.tsx';
import { Checks } from './checks.tsx';
import { Claims } from './claims.tsx';
import { CommittedField } from './committed-field.tsx';
import styles from './connection-settings.module.css';
import { FailureNotice } from './failure.tsx';
import { FlowChoice } from './flow-choice.tsx';
import { Notice } from './notice.tsx';
import { SessionStatus } from './session-status.tsx';
import { Switch } from './switch.tsx';

/** One connection in the settings: a line that opens. */
export function ConnectionSettings(props: {
  readonly connection: ConnectionView;
  /** Open from the start. */
  readonly open: boolean;
}) {
  const { settings, session } = props.connection;
  return (
    <Collapsible.Root className={styles.connection} defaultOpen={props.open}>
      <Collapsible.Trigger className={styles.trigger}>
        <span className={styles.name}>{settings.name}</span>
        <SessionStatus session={session} />
        <ChevronDown className={styles.arrow} aria-hidden="true" />
      </Collapsible.Trigger>
      <Collapsible.Panel className={styles.panel}>
        <Details connection={props.connection} />
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}

function Details({ connection }: { readonly connection: ConnectionView }) {
  const { settings, session } = connection;
  const { name } = settings;
  const call = useKeyfob((view) => view.call);
  const run = useKeyfob((view) => view.run);
  const signIn = useKeyfob((view) => view.signIn);
  const signOut = useKeyfob((view) => view.signOut);
  const say = useKeyfob((view) => view.say);
  const askToRemove = useKeyfob((view) => view.askToRemove);
  const signedIn = session.state === 'signed_in' || session.state === 'expired';
  return (
    <>
      <dl className={styles.facts}>
        {settings.kind === 'identity-center' ? (
          <>
            <dt>{text.settings.startUrl}</dt>
            <dd>{settings.startUrl}</dd>
            <dt>{text.settings.region}</dt>
            <dd>{settings.region}</dd>
          </>
        ) : (
          <>
            <dt>{text.settings.issuer}</dt>
            <dd>{settings.issuer}</dd>
          </>
        )}
      </dl>
      {session.error !== undefined && (
        <FailureNotice failure={{ error: session.error, connection: name }} form="inline" />
      )}
      {(session.warnings ?? []).map((warning) => (
        <Notice key={warning} kind="info" form="inline" title={warning} />
      ))}
      {session.claims !== undefined && <Claims claims={session.claims} />}
      {(settings.kind === 'identity-center' || ownFlowOf(settings) === undefined) && (
        <FlowChoice
          value={settings.flow}
          onChange={(flow) =>
            run('connection.update', { connection: name, flow }, { connection: name })
          }
        />
      )}
      {settings.kind === 'oidc' && <OidcOptions settings={settings} />}
      <CommittedField
        label={text.settings.ownBrowser}
        value={settings.browser ?? ''}
        description={text.settings.ownBrowserHelp}
        mono={true}
        onCommit={async (typed) => {
          const browser = typed.trim() === '' ? null : typed.trim();
          const done = await call('connection.update', { connection: name, browser });
          if (!done.ok) return done.error.message;
          say(text.settings.saved);
          return undefined;
        }}
      />
      <ConnectionTest connection={name} />
      <div className={styles.actions}>
        {signedIn ? (
          <Button label={text.common.signOutOf(name)} onClick={() => signOut(name)}>
            {text.common.signOut}
          </Button>
        ) : (
          <Button label={text.common.signInTo(name)} onClick={() => signIn(name)}>
            {text.common.signIn}
          </Button>
        )}
        {settings.kind === 'identity-center' && (
          <Button
            onClick={() =>
              run('link.open', { connection: name, what: 'startUrl' }, { connection: name })
            }
          >
            {text.settings.openPortal}
          </Button>
        )}
        <Button kind="danger" onClick={() => askToRemove(name)}>
          {text.accounts.remove}
        </Button>
      </div>
    </>
  );
}

function OidcOptions({ settings }: { readonly settings: OidcSettings }) {
  const { name, grant, scopes, passwordAllowed } = settings;
  const call = useKeyfob((view) => view.call);
  const run = useKeyfob((view) => view.run);
  const say = useKeyfob((view) => view.say);
  return (
    <>
      <CommittedField
        label={text.connect.oidc.scopes}
        value={scopes.join(' ')}
        description={text.settings.scopesHelp}
        mono={true}
        onCommit={async (typed) => {
          const wanted = typed.split(/\s+/).filter((scope) => scope !== '');
          const done = await call('connection.update', { connection: name, scopes: wanted });
          if (!done.ok) return done.error.message;
          say(text.settings.saved);
          return undefined;
        }}
      />
      {grant === 'password' && (
        <Switch
          label={text.connect.oidc.passwordAllow}
          description={text.connect.oidc.passwordWhy}
          checked={passwordAllowed ?? false}
          onChange={(allowed) =>
            void run(
              'connection.update',
              { connection: name, passwordAllowed: allowed },
              { connection: name },
            )
          }
        />
      )}
    </>
  );
}

function ConnectionTest(props: { readonly connection: string }) {
  const { connection } = props;
  const test = useCommand('connection.test');
  const start = () => void test.run({ connection });
  return (
    <div className={styles.test}>
      <div className={styles.actions}>
        <Button disabled={test.pending} onClick={start}>
          {test.pending ? text.settings.testing : text.settings.test}
        </Button>
      </div>
      <div role="status">
        {test.value !== undefined && (
          <Checks label={text.settings.testTitle} checks={test.value.checks} />
        )}
      </div>
      {test.error !== undefined && (
        <FailureNotice failure={{ error: test.error, connection, retry: start }} form="inline" />
      )}
    </div>
  );
}
