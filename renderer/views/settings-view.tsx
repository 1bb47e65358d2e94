import { Copy } from 'lucide-react';
import type { SettingsChanges } from '../../shared/commands/helper.ts';
import type { Settings } from '../../shared/model.ts';
import { Button } from '../components/button.tsx';
import { Checks } from '../components/checks.tsx';
import { Choice } from '../components/choice.tsx';
import { CommittedField } from '../components/committed-field.tsx';
import { ConnectionSettings } from '../components/connection-settings.tsx';
import { FailureNotice } from '../components/failure.tsx';
import { Grants } from '../components/grants.tsx';
import { Section } from '../components/section.tsx';
import { Switch } from '../components/switch.tsx';
import { ViewFrame } from '../components/view-frame.tsx';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { useCommand } from '../use-command.ts';
import styles from './settings-view.module.css';

/** What a person can choose, and how things stand. Everything takes effect at once. */
export function SettingsView() {
  const settings = useKeyfob(({ state }) => state?.settings);
  return (
    <ViewFrame title={text.settings.title}>
      {settings !== undefined && (
        <div className={styles.settings}>
          <Connections />
          <Grants />
          <Browser settings={settings} />
          <Notifications settings={settings} />
          <Appearance settings={settings} />
          <Start settings={settings} />
          <Secrets />
          <Health />
          <About />
        </div>
      )}
    </ViewFrame>
  );
}

interface Part {
  readonly settings: Settings;
}

function useChange(): (changes: SettingsChanges) => void {
  const run = useKeyfob((view) => view.run);
  return (changes) => void run('settings.change', { changes });
}

function Connections() {
  const connections = useKeyfob(({ state }) => state?.connections) ?? [];
  const go = useKeyfob((view) => view.go);
  return (
    <Section
      title={text.settings.connections}
      action={
        <Button kind="quiet" label={text.connect.title} onClick={() => go({ name: 'connect' })}>
          {text.connect.add}
        </Button>
      }
    >
      {connections.length === 0 && <p className={styles.soft}>{text.settings.noConnections}</p>}
      {connections.map((connection) => (
        <ConnectionSettings
          key={connection.settings.name}
          connection={connection}
          open={connections.length === 1}
        />
      ))}
    </Section>
  );
}

function Browser({ settings }: Part) {
  const call = useKeyfob((view) => view.call);
  const say = useKeyfob((view) => view.say);
  return (
    <Section title={text.settings.browser}>
      <CommittedField
        label={text.settings.browserCommand}
        value={settings.browser ?? ''}
        placeholder={text.settings.browserPlaceholder}
        description={text.settings.browserHelp}
        mono={true}
        onCommit={async (typed) => {
          const browser = typed.trim() === '' ? null : typed.trim();
          const done = await call('settings.change', { changes: { browser } });
          if (!done.ok) return done.error.message;
          say(text.settings.saved);
          return undefined;
        }}
      />
    </Section>
  );
}

const notifications = ['expiring', 'signInRequired', 'signedIn', 'confirmation'] as const;

function Notifications({ settings }: Part) {
  const change = useChange();
  return (
    <Section title={text.settings.notifications}>
      {notifications.map((name) => (
        <Switch
          key={name}
          label={text.settings[name]}
          checked={settings.notifications[name]}
          onChange={(checked) => change({ notifications: { [name]: checked } })}
        />
      ))}
    </Section>
  );
}

function Appearance({ settings }: Part) {
  const change = useChange();
  return (
    <Section title={text.settings.appearance}>
      <Choice
        label={text.settings.theme}
        value={settings.theme}
        choices={choicesOf(text.settings.themes)}
        onChange={(theme) => change({ theme })}
      />
    </Section>
  );
}

function Start({ settings }: Part) {
  const change = useChange();
  return (
    <Section title={text.settings.start}>
      <Switch
        label={text.settings.openAtLogin}
        description={text.settings.openAtLoginHelp}
        checked={settings.openAtLogin}
        onChange={(openAtLogin) => change({ openAtLogin })}
      />
      <Choice
        label={text.settings.updates}
        value={settings.updates}
        choices={choicesOf(text.settings.updatesChoices)}
        description={text.settings.updatesHelp[settings.updates]}
        onChange={(updates) => change({ updates })}
      />
    </Section>
  );
}

/** Where secrets are kept, and whether they can be read. */
function Secrets() {
  const keychain = useKeyfob(({ state }) => state?.helper.keychain);
  const error = useKeyfob(
    ({ state }) =>
      state?.connections.find(
        ({ session }) => session.state === 'unknown' && session.error !== undefined,
      )?.session.error,
  );
  return (
    <Section title={text.settings.secrets}>
      {keychain !== undefined && <p>{text.settings.keychains[keychain]}</p>}
      {error !== undefined && <FailureNotice failure={{ error }} form="inline" />}
    </Section>
  );
}

function Health() {
  const doctor = useCommand('doctor');
  const start = () => void doctor.run({});
  return (
    <Section
      title={text.settings.health}
      action={
        <Button disabled={doctor.pending} onClick={start}>
          {doctor.pending ? text.settings.checking : text.settings.check}
        </Button>
      }
    >
      <div role="status">
        {doctor.value !== undefined && (
          <Checks label={text.settings.health} checks={doctor.value.checks} />
        )}
      </div>
      {doctor.error !== undefined && (
        <FailureNotice failure={{ error: doctor.error, retry: start }} form="inline" />
      )}
    </Section>
  );
}

function About() {
  const helper = useKeyfob(({ state }) => state?.helper);
  const copy = useKeyfob((view) => view.copy);
  if (helper === undefined) return null;
  const { socket, version } = helper;
  return (
    <Section title={text.settings.about}>
      <dl className={styles.facts}>
        <dt>{text.settings.version}</dt>
        <dd>{version}</dd>
        {socket !== undefined && (
          <>
            <dt>{text.settings.socket}</dt>
            <dd>
              {socket}
              <Button
                kind="icon"
                label={text.settings.copySocket}
                onClick={() => copy(socket, text.settings.socketPath)}
              >
                <Copy aria-hidden="true" />
              </Button>
            </dd>
          </>
        )}
      </dl>
    </Section>
  );
}

function choicesOf<T extends string>(labels: Readonly<Record<T, string>>) {
  return (Object.keys(labels) as T[]).map((value) => ({ value, label: labels[value] }));
}
