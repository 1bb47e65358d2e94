import { Menu as Base } from '@base-ui/react/menu';
import { Check, ChevronRight } from 'lucide-react';
import type { ReactElement, ReactNode, RefObject } from 'react';
import styles from './menu.module.css';

/** A button's menu. The trigger is a `Button`; the children are the parts below. */
export function Menu(props: { readonly trigger: ReactElement; readonly children: ReactNode }) {
  return (
    // While it is open there are more elements than the button; together they keep one place.
    <span className={styles.place}>
      <Base.Root modal={false}>
        <Base.Trigger render={props.trigger} />
        <Popup>{props.children}</Popup>
      </Base.Root>
    </span>
  );
}

/** A menu that is shared by many rows: shown beside whichever asked for it. */
export function MenuAt(props: {
  /** What it stands beside; undefined: not shown. */
  readonly anchor: Element | undefined;
  readonly label: string;
  /** What has the focus when it closes. */
  readonly returnTo: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Base.Root
      modal={false}
      open={props.anchor !== undefined}
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
    >
      <Popup anchor={props.anchor} label={props.label} returnTo={props.returnTo}>
        {props.children}
      </Popup>
    </Base.Root>
  );
}

function Popup(props: {
  readonly anchor?: Element | undefined;
  readonly label?: string;
  readonly returnTo?: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
}) {
  const focus = props.returnTo === undefined ? {} : { finalFocus: props.returnTo };
  return (
    <Base.Portal>
      <Base.Positioner
        className={styles.positioner}
        anchor={props.anchor}
        sideOffset={4}
        align="end"
        collisionPadding={8}
      >
        <Base.Popup
          className={styles.popup}
          {...focus}
          {...(props.label === undefined ? {} : { 'aria-label': props.label })}
        >
          {props.children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

/** One action of a menu. */
export function MenuItem(props: {
  readonly icon?: ReactNode;
  readonly keys?: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Base.Item
      className={styles.item}
      disabled={props.disabled ?? false}
      onClick={() => props.onClick()}
    >
      <span className={styles.icon} aria-hidden="true">
        {props.icon}
      </span>
      <span className={styles.words}>{props.children}</span>
      {props.keys !== undefined && <kbd className={styles.keys}>{props.keys}</kbd>}
    </Base.Item>
  );
}

/** A menu within a menu. */
export function Submenu(props: {
  readonly icon?: ReactNode;
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <Base.SubmenuRoot>
      <Base.SubmenuTrigger className={styles.item}>
        <span className={styles.icon} aria-hidden="true">
          {props.icon}
        </span>
        <span className={styles.words}>{props.label}</span>
        <ChevronRight className={styles.more} aria-hidden="true" />
      </Base.SubmenuTrigger>
      <Base.Portal>
        <Base.Positioner className={styles.positioner} sideOffset={2} collisionPadding={8}>
          <Base.Popup className={styles.popup}>{props.children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.SubmenuRoot>
  );
}

/** One of several, of which one holds. */
export function MenuChoices<T extends string>(props: {
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <Base.RadioGroup value={props.value} onValueChange={(value: T) => props.onChange(value)}>
      {props.choices.map((choice) => (
        <Base.RadioItem
          key={choice.value}
          value={choice.value}
          className={styles.item}
          closeOnClick={true}
        >
          <span className={styles.icon}>
            <Base.RadioItemIndicator>
              <Check aria-hidden="true" />
            </Base.RadioItemIndicator>
          </span>
          <span className={styles.words}>{choice.label}</span>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

/** A line between groups of actions. */
export function MenuLine() {
  return <Base.Separator className={styles.line} />;
}
