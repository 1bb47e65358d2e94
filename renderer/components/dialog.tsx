import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import styles from './dialog.module.css';

/**
 * A question or form in front of everything else. Esc and a press outside close it, the latter
 * unless it must be answered; the focus goes back to where it was.
 */
export function Dialog(props: {
  readonly open: boolean;
  readonly title: string;
  readonly description?: ReactNode;
  /** True when a press outside may not close it. */
  readonly mustAnswer?: boolean;
  readonly initialFocus?: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
  readonly children?: ReactNode;
  /** Its buttons, the main one last. */
  readonly actions?: ReactNode;
}) {
  return (
    <Base.Root
      open={props.open}
      disablePointerDismissal={props.mustAnswer ?? false}
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
    >
      <Base.Portal>
        <Base.Backdrop className={styles.veil} />
        <Base.Popup
          className={styles.popup}
          {...(props.mustAnswer ? { role: 'alertdialog' } : {})}
          {...(props.initialFocus === undefined ? {} : { initialFocus: props.initialFocus })}
        >
          <Base.Title className={styles.title}>{props.title}</Base.Title>
          {props.description !== undefined && (
            <Base.Description className={styles.description} render={<div />}>
              {props.description}
            </Base.Description>
          )}
          {props.children}
          {props.actions !== undefined && <div className={styles.actions}>{props.actions}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
