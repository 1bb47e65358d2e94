import { useMemo, useState } from 'react';
import { isAwsAccount } from '../../shared/account.ts';
import { type AccountDraft, isWrongDuration, secondsFor } from '../account-draft.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { AccountPicker } from './account-picker.tsx';
import form from './add-connection.module.css';
import { Choice } from './choice.tsx';
import { Field } from './field.tsx';
import { More } from './more.tsx';
import { Select } from './select.tsx';

const words = text.addAccount;

interface Part {
  readonly draft: AccountDraft;
  readonly change: (changes: Partial<AccountDraft>) => void;
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

/** A role, assumed with another account's credentials or with the connection's ID token. */
export function RoleFields({ draft, change }: Part) {
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
      <More wrong={isWrongDuration(draft)}>
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
          <Duration draft={draft} change={change} />
        </div>
        <Region draft={draft} change={change} />
      </More>
    </>
  );
}

/** A token of the connection, made for an API. */
export function TokenFields({ draft, change }: Part) {
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

/** A token of an Identity Center application. */
export function IamTokenFields({ draft, change }: Part) {
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
        description={providers.length === 0 ? words.subjectNone : words.subjectHelp}
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

/** Says what is wrong once one has left it: a number is too small while it is typed. */
function Duration({ draft, change }: Part) {
  const [left, setLeft] = useState(false);
  const bounds = secondsFor(draft.kind);
  if (bounds === undefined) return null;
  const { least, most } = bounds;
  const wrong = left && isWrongDuration(draft);
  return (
    <Field
      label={words.duration}
      value={draft.duration}
      onChange={(duration) => change({ duration })}
      onBlur={() => setLeft(true)}
      description={words.durationHelp(least, most)}
      error={wrong ? words.durationWrong(least, most) : undefined}
      inputMode="numeric"
    />
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
