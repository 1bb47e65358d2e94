import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { ConnectionSettings } from '../../shared/model.ts';
import { type AccountDraft, emptyAccount, kindsFor, newAccount } from '../account-draft.ts';
import { IamTokenFields, RoleFields, TokenFields } from '../components/account-fields.tsx';
import form from '../components/add-connection.module.css';
import { Button } from '../components/button.tsx';
import { FailureNotice } from '../components/failure.tsx';
import { Field } from '../components/field.tsx';
import { Select } from '../components/select.tsx';
import { ViewFrame } from '../components/view-frame.tsx';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { useCommand } from '../use-command.ts';
import styles from './connect-view.module.css';

const words = text.addAccount;

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
