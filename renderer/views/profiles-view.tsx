import { type ReactNode, useEffect, useState } from 'react';
import type { AwsConfigSettings } from '../../shared/aws-config-settings.ts';
import type { AwsConfigChanges, Plan } from '../../shared/commands/config.ts';
import { Button } from '../components/button.tsx';
import { Choice } from '../components/choice.tsx';
import { CommittedField } from '../components/committed-field.tsx';
import { Diff } from '../components/diff.tsx';
import { FailureNotice } from '../components/failure.tsx';
import { Section } from '../components/section.tsx';
import { Switch } from '../components/switch.tsx';
import { ViewFrame } from '../components/view-frame.tsx';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { useCommand } from '../use-command.ts';
import styles from './profiles-view.module.css';

const words = text.profiles;
/** More conflicts than this are counted alone. */
const conflictsShown = 5;

/** The accounts as profiles in `~/.aws/config`: what would be written is shown before it is. */
export function ProfilesView() {
  const plan = useCommand('config.plan');
  const apply = useCommand('config.apply');
  const say = useKeyfob((view) => view.say);
  const [changes, setChanges] = useState<AwsConfigChanges>({});
  const [remove, setRemove] = useState(false);
  // What was last known to hold: what is wrong with a wish must not take away the fields to mend it.
  const [settings, setSettings] = useState<AwsConfigSettings>();
  // What is planned depends on the accounts there are, and on which are liked.
  const accounts = useKeyfob(({ state }) => state?.accounts);
  const favourites = useKeyfob(({ state }) => state?.favourites);
  async function look() {
    const planned = await plan.run({ changes, remove });
    if (planned.ok) setSettings(planned.value.settings);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: a plan is made of these and of nothing else
  useEffect(() => void look(), [changes, remove, accounts, favourites]);

  function change(next: AwsConfigChanges) {
    setRemove(false);
    setChanges((before) => ({ ...before, ...next }));
    apply.reset();
  }
  function wishToRemove(wish: boolean) {
    setRemove(wish);
    apply.reset();
  }
  async function write(hash: string) {
    const done = await apply.run({ changes, remove, hash });
    if (!done.ok) return;
    say(words.written(done.value.path));
    setChanges({});
    setRemove(false);
  }
  const failed = plan.error ?? apply.error;

  return (
    <ViewFrame title={words.title}>
      <div className={styles.profiles}>
        <p className={styles.soft}>{words.why}</p>
        {settings !== undefined && (
          <Wishes settings={wished(settings, changes)} onChange={change} />
        )}
        {failed !== undefined && (
          <FailureNotice failure={{ error: failed }} form="inline">
            <Button
              onClick={() => {
                apply.reset();
                void look();
              }}
            >
              {words.look}
            </Button>
          </FailureNotice>
        )}
        {plan.value === undefined && plan.pending && (
          <p className={styles.soft} role="status">
            {words.reading}
          </p>
        )}
        {plan.value !== undefined && (
          <Planned plan={plan.value}>
            <Button
              kind="main"
              disabled={plan.pending || apply.pending || plan.value.upToDate}
              onClick={() => plan.value !== undefined && void write(plan.value.hash)}
            >
              {apply.pending ? words.writing : words.write}
            </Button>
            {(remove || plan.value.settings.automatic || !isBare(plan.value.changes)) && (
              <Button kind="quiet" onClick={() => wishToRemove(!remove)}>
                {remove ? text.common.cancel : words.remove}
              </Button>
            )}
          </Planned>
        )}
        {apply.value?.backup && <p className={styles.soft}>{words.backup(apply.value.backup)}</p>}
      </div>
    </ViewFrame>
  );
}

function wished(settings: AwsConfigSettings, changes: AwsConfigChanges): AwsConfigSettings {
  return {
    accounts: changes.accounts ?? settings.accounts,
    template: changes.template ?? settings.template,
    region: changes.region === undefined ? settings.region : changes.region,
    output: changes.output === undefined ? settings.output : changes.output,
    default: changes.default ?? settings.default,
    automatic: changes.automatic ?? settings.automatic,
  };
}

function Wishes(props: {
  readonly settings: AwsConfigSettings;
  readonly onChange: (changes: AwsConfigChanges) => void;
}) {
  const { settings, onChange } = props;
  const { choice } = settings.accounts;
  // A list and a search are the command line's; here they are only kept.
  const choices = (['all', 'favourites', 'list', 'query'] as const).filter(
    (one) => one === 'all' || one === 'favourites' || one === choice,
  );
  return (
    <>
      <Choice
        label={words.which}
        value={choice}
        choices={choices.map((value) => ({ value, label: words.choices[value] }))}
        onChange={(value) => {
          if (value === 'all' || value === 'favourites') onChange({ accounts: { choice: value } });
        }}
      />
      <div className={styles.pair}>
        <CommittedField
          label={words.template}
          value={settings.template}
          description={words.templateHelp}
          mono={true}
          onCommit={async (template) => {
            onChange({ template });
            return undefined;
          }}
        />
        <CommittedField
          label={words.region}
          value={settings.region ?? ''}
          description={words.regionHelp}
          mono={true}
          onCommit={async (region) => {
            onChange({ region: region.trim() === '' ? null : region.trim() });
            return undefined;
          }}
        />
      </div>
      <Switch
        label={words.default}
        description={words.defaultHelp}
        checked={settings.default}
        onChange={(value) => onChange({ default: value })}
      />
      <Switch
        label={words.automatic}
        description={words.automaticHelp}
        checked={settings.automatic}
        onChange={(automatic) => onChange({ automatic })}
      />
    </>
  );
}

function Planned(props: { readonly plan: Plan; readonly children: ReactNode }) {
  const { upToDate, changes, conflicts, diff, path } = props.plan;
  const shown = conflicts.slice(0, conflictsShown);
  return (
    <Section title={words.change} description={<span className={styles.path}>{path}</span>}>
      <p role="status">{upToDate ? said(props.plan) : summary(changes)}</p>
      {!upToDate && <Diff label={words.lines}>{diff}</Diff>}
      {conflicts.length > 0 && (
        <div className={styles.conflicts}>
          <h3 className={styles.heading}>{words.conflicts}</h3>
          <ul className={styles.list}>
            {shown.map(({ profile, message }) => (
              <li key={`${profile} ${message}`} className={styles.soft}>
                {message}
              </li>
            ))}
          </ul>
          {conflicts.length > shown.length && (
            <p className={styles.soft}>{words.more(conflicts.length - shown.length)}</p>
          )}
        </div>
      )}
      <div className={styles.actions}>{props.children}</div>
    </Section>
  );
}

/** Whether the file has no profile of ours. */
function isBare({ changed, removed, unchanged }: Plan['changes']): boolean {
  return changed.length + removed.length + unchanged === 0;
}

function said({ changes, conflicts }: Plan): string {
  return isBare(changes) && conflicts.length === 0 ? words.nothing : words.upToDate;
}

function summary({ added, changed, removed, unchanged }: Plan['changes']): string {
  const parts = [
    added.length > 0 ? words.added(added.length) : '',
    changed.length > 0 ? words.changed(changed.length) : '',
    removed.length > 0 ? words.removed(removed.length) : '',
    unchanged > 0 ? words.unchanged(unchanged) : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
