import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

const words = text.accounts;

/** Asks before a connection is forgotten, wherever that was asked for. */
export function RemoveConnection() {
  const name = useKeyfob((view) => view.removing);
  const askToRemove = useKeyfob((view) => view.askToRemove);
  const run = useKeyfob((view) => view.run);
  if (name === undefined) return null;
  const close = () => askToRemove(undefined);
  function remove(connection: string) {
    close();
    void run('connection.remove', { connection }, { connection });
  }
  return (
    <Dialog
      open={true}
      title={words.removeTitle(name)}
      description={words.removeHint}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{text.common.cancel}</Button>
          <Button kind="danger" onClick={() => remove(name)}>
            {words.removeYes}
          </Button>
        </>
      }
    />
  );
}
