import type { Flow } from '../../shared/model.ts';
import { text } from '../text.ts';
import { Choice } from './choice.tsx';

const all: readonly Flow[] = ['auto', 'browser', 'device'];

/** How one signs in. */
export function FlowChoice(props: {
  readonly value: Flow;
  /** Those that the provider has; absent: all. */
  readonly flows?: readonly Flow[];
  readonly onChange: (flow: Flow) => void;
}) {
  return (
    <Choice
      label={text.connect.flow}
      value={props.value}
      choices={(props.flows ?? all).map((value) => ({ value, label: text.flow[value] }))}
      description={text.flow.help[props.value]}
      onChange={props.onChange}
    />
  );
}
