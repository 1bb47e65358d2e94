import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronDown } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { text } from '../text.ts';
import styles from './more.module.css';

/** The rest of a form, which most people never need: behind a line that opens. */
export function More(props: {
  /** Something in there keeps the form from being sent: it can't be closed then. */
  readonly wrong?: boolean;
  readonly children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Collapsible.Root open={open || props.wrong === true} onOpenChange={setOpen}>
      <Collapsible.Trigger className={styles.trigger}>
        {text.common.moreOptions}
        <ChevronDown className={styles.arrow} aria-hidden="true" />
      </Collapsible.Trigger>
      <Collapsible.Panel className={styles.panel}>{props.children}</Collapsible.Panel>
    </Collapsible.Root>
  );
}
