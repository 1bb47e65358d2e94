import { type FormEvent, useEffect, useRef, useState } from 'react';
import { addressOf } from '../../shared/connection.ts';
import type { SignIn } from '../../shared/model.ts';
import { hostOf } from '../sign-in-words.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { useCommand } from '../use-command.ts';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import styles from './sign-in-card.module.css';
import { Trouble } from './trouble.tsx';

type Asked = NonNullable<SignIn['asks']>;

/**
 * What a provider asks of the person in this window: a name and password, then perhaps a code. The
 * values live in the fields until they are sent, and nowhere else.
 */
export function SignInForm(props: { readonly connection: string; readonly asked: Asked }) {
  const { connection, asked } = props;
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const host = useKeyfob(({ state }) => {
    const found = state?.connections.find(({ settings }) => settings.name === connection);
    return found === undefined ? undefined : hostOf(addressOf(found.settings));
  });
  const answer = useCommand('signIn.answer');
  const cancel = useKeyfob((view) => view.cancelSignIn);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const complete = asked.fields.every(({ name }) => (values[name] ?? '') !== '');

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!complete || answer.pending) return;
    void answer.run({ connection, id: asked.id, values });
    setValues({});
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      {asked.message !== undefined && <p className={styles.words}>{asked.message}</p>}
      {asked.fields.map(({ name, secret }, index) => (
        <Field
          key={name}
          label={text.signIn.fields[name]}
          value={values[name] ?? ''}
          onChange={(value) => setValues((before) => ({ ...before, [name]: value }))}
          type={secret ? 'password' : 'text'}
          inputMode={name === 'otp' || name === 'mfa' ? 'numeric' : 'text'}
          autoComplete={name === 'otp' || name === 'mfa' ? 'one-time-code' : 'off'}
          disabled={answer.pending}
          {...(index === 0 ? { ref: first } : {})}
        />
      ))}
      {host !== undefined && <p className={styles.words}>{text.signIn.handsOn(host)}</p>}
      <Trouble error={answer.error} />
      <div className={styles.actions}>
        <Button kind="main" submit={true} disabled={!complete || answer.pending}>
          {answer.pending ? text.signIn.sending : text.common.signIn}
        </Button>
        <Button kind="quiet" onClick={() => cancel(connection)}>
          {text.common.cancel}
        </Button>
      </div>
    </form>
  );
}
