import { Dialog as Base } from '@base-ui/react/dialog';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { findCommands, type PaletteCommand, paletteCommands } from '../palette-commands.ts';
import { useKeyfob, useKeyfobStore } from '../store.ts';
import { text } from '../text.ts';
import { views } from '../views/registry.ts';
import styles from './palette.module.css';

const words = text.accounts;

/** Everything that can be done, by name. */
export function Palette() {
  const open = useKeyfob((view) => view.palette);
  const show = useKeyfob((view) => view.showPalette);
  const field = useRef<HTMLInputElement>(null);
  return (
    <Base.Root open={open} onOpenChange={show}>
      <Base.Portal>
        <Base.Backdrop className={styles.veil} />
        <Base.Popup className={styles.popup} aria-label={words.palette} initialFocus={field}>
          <Commands field={field} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Commands(props: { readonly field: React.RefObject<HTMLInputElement | null> }) {
  const store = useKeyfobStore();
  const show = useKeyfob((view) => view.showPalette);
  const id = useId();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const [commands] = useState(() => paletteCommands(store, ['accounts', ...Object.keys(views)]));
  const found = findCommands(store, commands, query);

  function run(command: PaletteCommand | undefined) {
    if (command === undefined) return;
    show(false);
    // After the dialog has given the focus back, so that what opens now keeps it.
    requestAnimationFrame(() => command.run());
  }
  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') run(found[chosen]);
    else if (step !== undefined && found.length > 0) {
      const next = (chosen + step + found.length) % found.length;
      setChosen(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else return;
    event.preventDefault();
  }
  return (
    <>
      <input
        ref={props.field}
        className={styles.input}
        role="combobox"
        aria-label={words.paletteField}
        aria-expanded={true}
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${chosen}` : undefined}
        aria-autocomplete="list"
        placeholder={words.paletteField}
        autoComplete="off"
        spellCheck={false}
        value={query}
        onKeyDown={onKeyDown}
        onChange={({ target }) => {
          setQuery(target.value);
          setChosen(0);
        }}
      />
      {found.length === 0 && <p className={styles.none}>{words.paletteNone}</p>}
      <div id={`${id}-list`} className={styles.list} role="listbox" aria-label={words.palette}>
        {found.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys.
          <div
            key={command.key}
            id={`${id}-${index}`}
            className={styles.command}
            role="option"
            aria-selected={index === chosen}
            tabIndex={-1}
            onPointerMove={() => setChosen(index)}
            onClick={() => run(command)}
          >
            {command.words}
          </div>
        ))}
      </div>
    </>
  );
}
