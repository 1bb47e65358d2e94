import { type FormEvent, useId, useRef, useState } from 'react';
import type { Prompt } from '../../shared/model.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { useCommand } from '../use-command.ts';
import { Button } from './button.tsx';
import styles from './confirmation-dialog.module.css';
import { Dialog } from './dialog.tsx';
import { ExpiryRing } from './expiry-ring.tsx';
import { Field } from './field.tsx';
import { Notice } from './notice.tsx';
import { Trouble } from './trouble.tsx';

/**
 * Asks for the code that the oldest waiting tool needs, whatever is in view. What was put off
 * waits in a line above the view, from where it can be taken up again.
 */
export function PromptDialog() {
  const prompts = useKeyfob(({ state }) => state?.prompts) ?? [];
  const [later, setLater] = useState<ReadonlySet<string>>(new Set());
  const asked = prompts.find(({ id }) => !later.has(id));
  const waiting = prompts.find(({ id }) => later.has(id));
  return (
    <>
      {waiting !== undefined && asked === undefined && (
        <Notice
          kind="info"
          form="strip"
          title={text.prompt.waits(waiting.path)}
          actions={
            <Button onClick={() => setLater(new Set([...later].filter((id) => id !== waiting.id)))}>
              {text.prompt.enter}
            </Button>
          }
        >
          {text.prompt.waitsWhy}
        </Notice>
      )}
      {asked !== undefined && (
        <Question
          key={asked.id}
          asked={asked}
          onClose={() => setLater(new Set([...later, asked.id]))}
        />
      )}
    </>
  );
}

function Question(props: { readonly asked: Prompt; readonly onClose: () => void }) {
  const { asked, onClose } = props;
  const [code, setCode] = useState('');
  const answer = useCommand('prompt.answer');
  const field = useRef<HTMLInputElement>(null);
  const form = useId();
  const complete = /^[0-9]{6}$/.test(code.replaceAll(' ', ''));

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!complete || answer.pending) return;
    void answer.run({ id: asked.id, code: code.replaceAll(' ', '') });
    setCode('');
  }

  return (
    <Dialog
      open={true}
      title={text.prompt.title}
      description={text.prompt.why}
      initialFocus={field}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{text.prompt.notNow}</Button>
          <Button kind="main" submit={true} form={form} disabled={!complete || answer.pending}>
            {text.prompt.send}
          </Button>
        </>
      }
    >
      <p className={styles.account}>
        <span className={styles.path}>{asked.path}</span>
      </p>
      <form id={form} onSubmit={submit}>
        <Field
          label={text.signIn.fields.mfa}
          description={asked.message}
          value={code}
          onChange={setCode}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          mono={true}
          ref={field}
        />
      </form>
      <Trouble error={answer.error} />
      <div className={styles.deadline}>
        <ExpiryRing from={asked.askedAt} until={asked.expiresAt} label={text.signIn.left} />
        <span>{text.prompt.noAnswer}</span>
      </div>
    </Dialog>
  );
}
