import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import { isAwsAccount } from '../../shared/account.ts';
import type { ConnectionSettings } from '../../shared/model.ts';
import { type AccountDraft, emptyAccount, kindsFor, newAccount } from '../account-draft.ts';
import { AccountPicker } from '../components/account-picker.tsx';
import form from '../components/add-connection.module.css';
import { Button } from '../components/button.tsx';
import { Choice } from '../components/choice.tsx';
import { FailureNotice } from '../components/failure.tsx';
import { Field } from '../components/field.tsx';
import { More } from '../components/more.tsx';
import { Select } from '../components/select.tsx';
import { ViewFrame } from '../components/view-frame.tsx';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { useCommand } from '../use-command.ts';
import styles from './connect-view.module.css';

const words = text.addAccount;

interface Part {
  readonly draft: AccountDraft;
  readonly change: (changes: Partial<AccountDraft>) => void;
}

/** An account of one's own making: a chained role, a token for an API, an application's token. */
export function AddAccountView() {
  const name = useKeyfob(({ view }) => (view.name === 'addAccount' ? view.connection : undefined));
  const settings = useKeyfob(
    ({ state }) => state?.connections.find((one) => one.settings.name === name)?.settings,
  );
  return (
    <ViewFrame title={words.title(name ?? '')}>
      <div className={styles.column}>{settings && <AddAccount settings={settings} />}</div>
    </ViewFrame>
  );
}

function AddAccount({ settings }: { readonly settings: ConnectionSettings }) {
  const kinds = kindsFor(settings);
  const [draft, setDraft] = useState(() => emptyAccount(kinds[0] ?? 'token'));
  const add = useCommand('account.add');
  const say = useKeyfob((view) => view.say);
  const back = useKeyfob((view) => view.back);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const wanted = newAccount(draft, settings.name);

  function change(changes: Partial<AccountDraft>) {
    setDraft((before) => ({ ...before, ...changes }));
    add.reset();
  }
  async function submit(event: FormEvent) {
    event.preventDefault();
    if (wanted === undefined || add.pending) return;
    const added = await add.run(wanted);
    if (!added.ok) return;
    say(words.added(added.value.path));
    back();
  }

  const part = { draft, change };
  return (
    <form className={form.form} onSubmit={submit}>
      <Select
        label={words.kind}
        value={draft.kind}
        choices={kinds.map((value) => ({ value, label: words.kinds[value] }))}
        description={words.kindsHelp[draft.kind]}
        onChange={(kind) => change({ kind })}
      />
      <Field
        label={words.name}
        value={draft.name}
        onChange={(name) => change({ name })}
        placeholder={words.nameExamples[draft.kind]}
        description={words.nameHelp(
          `${settings.name}/${draft.name.trim() || words.nameExamples[draft.kind]}`,
        )}
        ref={first}
      />
      {draft.kind === 'token' ? (
        <TokenFields {...part} />
      ) : draft.kind === 'iam-token' ? (
        <IamTokenFields {...part} />
      ) : (
        <RoleFields {...part} />
      )}
      {add.error !== undefined && <FailureNotice failure={{ error: add.error }} form="inline" />}
      <div className={form.actions}>
        <Button kind="main" submit={true} disabled={wanted === undefined || add.pending}>
          {add.pending ? words.adding : words.add}
        </Button>
        <Button kind="quiet" onClick={back}>
          {text.common.cancel}
        </Button>
      </div>
    </form>
  );
}

function Source({ draft, change }: Part) {
  const accounts = useKeyfob(({ state }) => state?.accounts);
  const signers = useMemo(() => (accounts ?? []).filter(isAwsAccount), [accounts]);
  return (
    <AccountPicker
      label={words.source}
      accounts={signers}
      value={draft.source}
      onChange={(source) => change({ source })}
    />
  );
}

function RoleFields({ draft, change }: Part) {
  const chained = draft.kind === 'aws-assumed-role';
  return (
    <>
      {chained && <Source draft={draft} change={change} />}
      <Field
        label={words.roleArn}
        value={draft.roleArn}
        onChange={(roleArn) => change({ roleArn })}
        placeholder="arn:aws:iam::123456789012:role/Deploy"
        mono={true}
      />
      <More>
        {chained && (
          <div className={form.pair}>
            <Field
              label={words.externalId}
              value={draft.externalId}
              onChange={(externalId) => change({ externalId })}
              description={words.externalIdHelp}
            />
            <Field
              label={words.mfaSerial}
              value={draft.mfaSerial}
              onChange={(mfaSerial) => change({ mfaSerial })}
              description={words.mfaSerialHelp}
              mono={true}
            />
          </div>
        )}
        <div className={form.pair}>
          <Field
            label={words.sessionName}
            value={draft.sessionName}
            onChange={(sessionName) => change({ sessionName })}
            description={words.sessionNameHelp}
          />
          <Field
            label={words.duration}
            value={draft.duration}
            onChange={(duration) => change({ duration })}
            description={words.durationHelp}
            inputMode="numeric"
          />
        </div>
        <Region draft={draft} change={change} />
      </More>
    </>
  );
}

function TokenFields({ draft, change }: Part) {
  return (
    <>
      <Choice
        label={words.token}
        value={draft.token}
        choices={[
          { value: 'access', label: words.tokens.access },
          { value: 'id', label: words.tokens.id },
        ]}
        onChange={(token) => change({ token })}
      />
      {draft.token === 'access' && (
        <>
          <Scopes draft={draft} change={change} />
          <div className={form.pair}>
            <Field
              label={words.audience}
              value={draft.audience}
              onChange={(audience) => change({ audience })}
              description={words.audienceHelp}
              mono={true}
            />
            <Field
              label={words.resource}
              value={draft.resource}
              onChange={(resource) => change({ resource })}
              description={words.resourceHelp}
              mono={true}
            />
          </div>
        </>
      )}
      <More>
        <Field
          label={words.variable}
          value={draft.variable}
          onChange={(variable) => change({ variable })}
          description={words.variableHelp}
          mono={true}
        />
      </More>
    </>
  );
}

function IamTokenFields({ draft, change }: Part) {
  const connections = useKeyfob(({ state }) => state?.connections) ?? [];
  const providers = connections
    .map(({ settings }) => settings)
    .filter(({ kind }) => kind === 'oidc')
    .map(({ name }) => ({ value: name, label: name }));
  return (
    <>
      <Source draft={draft} change={change} />
      <Field
        label={words.application}
        value={draft.application}
        onChange={(application) => change({ application })}
        placeholder="arn:aws:sso::123456789012:application/ssoins-…/apl-…"
        mono={true}
      />
      <Select
        label={words.subject}
        value={draft.subject ?? ''}
        choices={[{ value: '', label: text.common.choose }, ...providers]}
        onChange={(subject) => change({ subject: subject === '' ? undefined : subject })}
      />
      <Choice
        label={words.grant}
        value={draft.grant}
        choices={[
          { value: 'jwt-bearer', label: words.grants['jwt-bearer'] },
          { value: 'token-exchange', label: words.grants['token-exchange'] },
        ]}
        onChange={(grant) => change({ grant })}
      />
      <More>
        <Scopes draft={draft} change={change} />
        <Region draft={draft} change={change} />
      </More>
    </>
  );
}

function Scopes({ draft, change }: Part) {
  return (
    <Field
      label={words.scopes}
      value={draft.scopes}
      onChange={(scopes) => change({ scopes })}
      description={words.scopesHelp}
      mono={true}
    />
  );
}

function Region({ draft, change }: Part) {
  return (
    <Field
      label={words.region}
      value={draft.region}
      onChange={(region) => change({ region })}
      description={words.regionHelp}
      mono={true}
    />
  );
}
