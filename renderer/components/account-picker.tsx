import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown } from 'lucide-react';
import { useId, useMemo } from 'react';
import { type Account, accountNumber } from '../../shared/account.ts';
import { foldText } from '../../shared/search.ts';
import { text } from '../text.ts';
import styles from './account-picker.module.css';

/** More than this help nobody in a short list; typing narrows them. */
const shown = 50;
/** The list keeps off the view's head, whose Back it would half cover. In pixels. */
const clearance = { top: 56, right: 8, bottom: 8, left: 8 };

interface Item {
  /** An account's id; empty: whichever is active. */
  readonly id: string;
  readonly label: string;
  readonly searched: string;
}

/** Chooses one of the accounts, of which there may be thousands: a list that one types into. */
export function AccountPicker(props: {
  readonly label: string;
  readonly accounts: readonly Account[];
  /** Undefined: whichever is active, if that can be chosen. */
  readonly value: string | undefined;
  /** Whether "whichever is active" is one of the choices. */
  readonly following?: boolean;
  readonly description?: string;
  readonly onChange: (account: string | undefined) => void;
}) {
  const { accounts, following, value } = props;
  const id = useId();
  const items = useMemo(() => itemsOf(accounts, following === true), [accounts, following]);
  const chosen = items.find((item) => item.id === (value ?? '')) ?? null;
  return (
    <div className={styles.field}>
      <Combobox.Root
        items={items}
        value={chosen}
        limit={shown}
        filter={matches}
        autoHighlight={true}
        itemToStringLabel={(item: Item) => item.label}
        isItemEqualToValue={(a: Item, b: Item) => a.id === b.id}
        onValueChange={(item: Item | null) => {
          if (item !== null) props.onChange(item.id === '' ? undefined : item.id);
        }}
      >
        <span className={styles.label} id={id}>
          {props.label}
        </span>
        <Combobox.Trigger className={styles.trigger} aria-labelledby={`${id} ${id}-value`}>
          <span
            className={`${styles.value} ${chosen === null ? styles.none : ''}`}
            id={`${id}-value`}
          >
            {chosen?.label ?? text.common.choose}
          </span>
          <ChevronsUpDown aria-hidden="true" />
        </Combobox.Trigger>
        <Combobox.Portal>
          <Combobox.Positioner
            className={styles.positioner}
            sideOffset={4}
            collisionPadding={clearance}
          >
            <Combobox.Popup className={styles.popup} aria-labelledby={id}>
              <Combobox.Input
                className={styles.input}
                placeholder={text.accounts.search}
                aria-label={text.accounts.search}
              />
              <Combobox.Empty className={styles.empty}>{text.tools.noSuch}</Combobox.Empty>
              <Combobox.List className={styles.list}>
                {(item: Item) => (
                  <Combobox.Item key={item.id} value={item} className={styles.item}>
                    <span className={styles.itemLabel}>{item.label}</span>
                    <Combobox.ItemIndicator>
                      <Check aria-hidden="true" />
                    </Combobox.ItemIndicator>
                  </Combobox.Item>
                )}
              </Combobox.List>
            </Combobox.Popup>
          </Combobox.Positioner>
        </Combobox.Portal>
      </Combobox.Root>
      {props.description !== undefined && <p className={styles.description}>{props.description}</p>}
    </div>
  );
}

function itemsOf(accounts: readonly Account[], following: boolean): readonly Item[] {
  const all = accounts.map((account) => ({
    id: account.id,
    label: account.path,
    searched: foldText(`${account.path} ${accountNumber(account) ?? ''}`),
  }));
  const { following: label } = text.tools;
  return following ? [{ id: '', label, searched: foldText(label) }, ...all] : all;
}

function matches(item: Item, query: string): boolean {
  return foldText(query)
    .split(/\s+/)
    .every((word) => item.searched.includes(word));
}
