import { type ReactNode, useEffect, useState } from 'react';
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
  // What is planned depends on the accounts there are, and on which are liked.
  const accounts = useKeyfob(({ state }) => state?.accounts);
  const favourites = useKeyfob(({ state }) => state?.favourites);
  const look = () => void plan.run({ changes, remove });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a plan is made of these and of nothing else
  useEffect(look, [changes, remove, accounts, favourites]);

  function change(next: AwsConfigChanges) {
    setRemove(false);
    setChanges((before) => ({ ...before, ...next }));
    apply.reset();
  }
  async function write(hash: string) {
    const done = await apply.run({ changes, remove, hash });
    if (!done.ok) return;
    say(words.written(done.value.path));
    setChanges({});
    setRemove(false);
  }

  return (
    <ViewFrame title={words.title}>
      <div className={styles.profiles}>
        <p className={styles.soft}>{words.why}</p>
        {plan.error !== undefined && (
          <FailureNotice failure={{ error: plan.error, retry: look }} form="inline" />
        )}
        {plan.value === undefined ? (
          plan.pending && (
            <p className={styles.soft} role="status">
              {words.reading}
            </p>
          )
        ) : (
          <>
            <Wishes plan={plan.value} onChange={change} />
            {apply.error !== undefined && (
              <FailureNotice failure={{ error: apply.error, retry: look }} form="inline" />
            )}
            {plan.error === undefined && (
              <Planned plan={plan.value}>
                <Button
                  kind="main"
                  disabled={plan.pending || apply.pending || plan.value.upToDate}
                  onClick={() => plan.value !== undefined && void write(plan.value.hash)}
                >
                  {apply.pending ? words.writing : words.write}
                </Button>
                {remove ? (
                  <Button kind="quiet" onClick={() => setRemove(false)}>
                    {text.common.cancel}
                  </Button>
                ) : (
                  <Button kind="quiet" onClick={() => setRemove(true)}>
                    {words.remove}
                  </Button>
                )}
              </Planned>
            )}
            {apply.value?.backup && (
              <p className={styles.soft}>{words.backup(apply.value.backup)}</p>
            )}
          </>
        )}
      </div>
    </ViewFrame>
  );
}

function Wishes(props: {
  readonly plan: Plan;
  readonly onChange: (changes: AwsConfigChanges) => void;
}) {
  const { plan, onChange } = props;
  const { settings } = plan;
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
    <Section title={words.change} description={path}>
      <p role="status">{upToDate ? words.upToDate : summary(changes)}</p>
      {!upToDate && <Diff label={words.change}>{diff}</Diff>}
      {conflicts.length > 0 && (
        <div className={styles.conflicts}>
          <p>{words.conflicts}</p>
          <ul>
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

function summary({ added, changed, removed, unchanged }: Plan['changes']): string {
  const parts = [
    added.length > 0 ? words.added(added.length) : '',
    changed.length > 0 ? words.changed(changed.length) : '',
    removed.length > 0 ? words.removed(removed.length) : '',
    unchanged > 0 ? words.unchanged(unchanged) : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
