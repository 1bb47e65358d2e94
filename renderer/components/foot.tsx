import { Activity, Cable, KeyRound, Plus, Settings } from 'lucide-react';
import type { View, ViewName } from '../navigation.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { views } from '../views/registry.ts';
import { Button } from './button.tsx';
import styles from './foot.module.css';

const places = [
  { view: { name: 'connect' }, label: text.common.connect, Icon: Plus },
  { view: { name: 'tools' }, label: text.common.tools, Icon: Cable },
  { view: { name: 'activity' }, label: text.common.activity, Icon: Activity },
  { view: { name: 'settings' }, label: text.common.settings, Icon: Settings },
] satisfies readonly { readonly view: View; readonly [more: string]: unknown }[];

/** The way to the other views: along the foot of the popover, down the side of the window. */
export function Foot(props: { readonly side?: boolean }) {
  const go = useKeyfob((view) => view.go);
  const name: ViewName = useKeyfob((view) => view.view.name);
  return (
    <nav
      className={props.side ? styles.side : styles.foot}
      aria-label={text.common.views}
      data-region="foot"
    >
      {props.side && (
        <Place
          label={text.common.accounts}
          current={name === 'accounts'}
          Icon={KeyRound}
          onClick={() => go({ name: 'accounts' })}
        />
      )}
      {places
        .filter(({ view }) => views[view.name] !== undefined)
        .map(({ view, label, Icon }) => (
          <Place
            key={view.name}
            label={label}
            current={view.name === name}
            Icon={Icon}
            onClick={() => go(view)}
          />
        ))}
    </nav>
  );
}

function Place(props: {
  readonly label: string;
  readonly current: boolean;
  readonly Icon: typeof Plus;
  readonly onClick: () => void;
}) {
  return (
    <Button kind="quiet" aria-current={props.current ? 'page' : undefined} onClick={props.onClick}>
      <props.Icon aria-hidden="true" />
      {props.label}
    </Button>
  );
}
