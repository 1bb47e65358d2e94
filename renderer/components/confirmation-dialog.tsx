import { useRef } from 'react';
import { accountNumber } from '../../shared/account.ts';
import { policyIn } from '../../shared/confirm-policy.ts';
import type { Confirmation } from '../../shared/model.ts';
import { groupedAccountId } from '../account-id.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { Button } from './button.tsx';
import styles from './confirmation-dialog.module.css';
import { Dialog } from './dialog.tsx';
import { ExpiryRing } from './expiry-ring.tsx';

/** Asks about the oldest program that waits for an account's credentials, whatever is in view. */
export function ConfirmationDialog() {
  const [asked, ...others] = useKeyfob(({ state }) => state?.confirmations) ?? [];
  if (asked === undefined) return null;
  // A new question is a new dialog: the focus starts on the safe answer again.
  return <Question key={asked.id} asked={asked} others={others.length} />;
}

function Question(props: { readonly asked: Confirmation; readonly others: number }) {
  const { asked, others } = props;
  const run = useKeyfob((view) => view.run);
  const always = useKeyfob(({ state }) => policyIn(state?.confirm, asked.account) !== 'first');
  const account = useKeyfob(({ state }) => state?.accounts.find(({ id }) => id === asked.account));
  const number = account === undefined ? undefined : accountNumber(account);
  const deny = useRef<HTMLButtonElement>(null);
  const answer = (allow: boolean) => void run('confirmation.answer', { id: asked.id, allow });
  return (
    <Dialog
      open={true}
      mustAnswer={true}
      title={
        asked.policy === undefined
          ? text.confirmation.title(asked.client)
          : text.confirmation.policyTitle(asked.client)
      }
      initialFocus={deny}
      onClose={() => answer(false)}
      description={
        asked.policy === undefined
          ? text.confirmation.why
          : text.confirmation.policyWhy[asked.policy]
      }
      actions={
        <>
          <Button onClick={() => answer(true)}>
            {always && asked.policy === undefined
              ? text.confirmation.allowOnce
              : text.confirmation.allow}
          </Button>
          <Button kind="main" ref={deny} onClick={() => answer(false)}>
            {text.confirmation.deny}
          </Button>
        </>
      }
    >
      <p className={styles.account}>
        <span className={styles.path}>{asked.path}</span>
        {number !== undefined && <span className={styles.id}>{groupedAccountId(number)}</span>}
      </p>
      <p>
        {asked.policy !== undefined && text.confirmation.policyIfUnknown}
        {asked.policy === undefined &&
          `${text.confirmation.ifUnknown} ${always ? text.confirmation.once : text.confirmation.first}`}
      </p>
      <div className={styles.deadline}>
        <ExpiryRing from={asked.askedAt} until={asked.expiresAt} label={text.signIn.left} />
        <span>{text.confirmation.noAnswer}</span>
      </div>
      {others > 0 && <p className={styles.more}>{text.confirmation.more(others)}</p>}
    </Dialog>
  );
}
