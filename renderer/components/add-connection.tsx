import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Issuer } from '../../shared/oidc-connection.ts';
import { type AddressDraft, type AddressForm, addressForm, emptyDraft } from '../address-draft.ts';
import { type FailureWords, hintHere } from '../failures.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { type AddressCheck, useAddressCheck } from '../use-address-check.ts';
import { useCommand } from '../use-command.ts';
import styles from './add-connection.module.css';
import { Button } from './button.tsx';
import { FailureNotice } from './failure.tsx';
import { Field } from './field.tsx';
import { FlowChoice } from './flow-choice.tsx';
import { OidcFields } from './oidc-fields.tsx';

/** Where one signs in: an address that is checked while it is typed, then the sign-in. */
export function AddConnection() {
  const [draft, setDraft] = useState<AddressDraft>(emptyDraft);
  const [check, checkAgain] = useAddressCheck(draft.address, draft.region ?? '');
  const form = addressForm(draft, check);
  const add = useCommand('connection.add');
  const signIn = useKeyfob((view) => view.signIn);
  // Once shown, the rest of the form stays where it is until the address leads elsewhere.
  const [shown, setShown] = useState<Pick<AddressForm, 'kind' | 'issuer'>>(form);
  if (form.kind !== undefined && (form.kind !== shown.kind || form.issuer !== shown.issuer)) {
    setShown(form);
  }

  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);

  function change(changes: Partial<AddressDraft>) {
    setDraft((before) => ({ ...before, ...changes }));
    add.reset();
  }
  async function submit(event: FormEvent) {
    event.preventDefault();
    if (form.existing !== undefined) {
      void signIn(form.existing);
      return;
    }
    if (form.connection === undefined || add.pending) return;
    const added = await add.run(form.connection);
    if (added.ok) void signIn(added.value.settings.name);
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <Field
        label={text.connect.address}
        value={draft.address}
        onChange={(address) => change({ address })}
        placeholder={text.connect.addressPlaceholder}
        description={addressWords(check)}
        error={errorWords(form.addressError)}
        inputMode="url"
        ref={first}
        mono={true}
      />
      {shown.kind === 'identity-center' && form.existing === undefined && (
        <>
          <div className={styles.pair}>
            <Field
              label={text.connect.region}
              value={draft.region ?? form.region}
              onChange={(region) => change({ region })}
              placeholder={text.connect.regionPlaceholder}
              description={text.connect.regionHelp}
              error={errorWords(form.regionError)}
              mono={true}
            />
            <Field
              label={text.connect.name}
              value={draft.name ?? form.name}
              onChange={(name) => change({ name })}
              placeholder={text.connect.nameFallback}
              description={text.connect.nameHelp(form.name || text.connect.nameFallback)}
            />
          </div>
          <FlowChoice value={draft.flow} onChange={(flow) => change({ flow })} />
        </>
      )}
      {shown.issuer !== undefined && (
        <OidcFields
          draft={draft}
          name={draft.name ?? form.name}
          issuer={shown.issuer}
          onChange={change}
        />
      )}
      {add.error !== undefined && <FailureNotice failure={{ error: add.error }} form="inline" />}
      <div className={styles.actions}>
        {/* A submit button, so that Enter in any field does the same. */}
        <Button
          kind="main"
          submit={true}
          disabled={form.connection === undefined && form.existing === undefined}
        >
          {form.existing === undefined
            ? text.connect.addAndSignIn
            : text.connect.signInToExisting(form.existing)}
        </Button>
        {form.passing && (
          <Button kind="quiet" onClick={checkAgain}>
            {text.connect.checkAgain}
          </Button>
        )}
      </div>
    </form>
  );
}

function addressWords(check: AddressCheck): string {
  switch (check.state) {
    case 'empty':
    case 'failed':
      return text.connect.addressHelp;
    case 'checking':
      return text.connect.checking;
    case 'found': {
      const { found } = check;
      if (found.kind === 'oidc') return oidcWords(found);
      const { existing, region } = found;
      if (existing !== undefined) return text.connect.alreadyHave(existing);
      return region === undefined
        ? text.connect.needsRegion
        : text.connect.identityCenterIn(region);
    }
  }
}

function oidcWords({ existing, offers }: Issuer): string {
  const { browser, device, registration } = offers;
  const what = text.connect.oidc.provider({ browser, device, registration });
  return existing === undefined ? what : `${what} ${text.connect.oidc.alreadyHave(existing)}`;
}

function errorWords(error: FailureWords | undefined) {
  if (error === undefined) return undefined;
  return (
    <>
      {error.message} <span className={styles.hint}>{hintHere(error)}</span>
    </>
  );
}
