import {
  Check,
  Copy,
  ExternalLink,
  Hash,
  KeyRound,
  ShieldQuestion,
  SquareTerminal,
  Star,
  StarOff,
  Terminal,
  Trash2,
  Waypoints,
} from 'lucide-react';
import { type Account, isAwsAccount, isRemovable } from '../../shared/account.ts';
import type { Shell } from '../../shared/commands/accounts.ts';
import { policyIn } from '../../shared/confirm-policy.ts';
import type { ConfirmPolicy } from '../../shared/model.ts';
import { useAccountActions } from '../account-actions.ts';
import { keysFor } from '../shortcuts.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { views } from '../views/registry.ts';
import { MenuChoices, MenuItem, MenuLine, Submenu } from './menu.tsx';

const words = text.accounts;
const shells: readonly Shell[] = ['sh', 'fish', 'powershell'];
const policies: readonly ConfirmPolicy[] = ['never', 'first', 'always'];

/** Everything that can be done with an account, as the contents of a menu. */
export function AccountMenu(props: { readonly account: Account; readonly use?: boolean }) {
  const { account } = props;
  const aws = isAwsAccount(account);
  const actions = useAccountActions();
  const favourite = useKeyfob(({ state }) => state?.favourites.includes(account.id) ?? false);
  const policy = useKeyfob(({ state }) => policyIn(state?.confirm, account.id));
  return (
    <>
      {props.use && (
        <MenuItem icon={<Check />} onClick={() => actions.use(account)}>
          {words.use}
        </MenuItem>
      )}
      {aws && (
        <>
          <MenuItem icon={<ExternalLink />} onClick={() => actions.openConsole(account)}>
            {words.openConsole}
          </MenuItem>
          <EnvironmentMenu account={account} />
          <MenuLine />
        </>
      )}
      {!aws && (
        <>
          <MenuItem icon={<KeyRound />} onClick={() => actions.copyToken(account)}>
            {words.copyToken}
          </MenuItem>
          <MenuLine />
        </>
      )}
      <MenuItem icon={<Copy />} keys={keysFor('C')} onClick={() => actions.copyPath(account)}>
        {words.copyPath}
      </MenuItem>
      {aws && (
        <>
          <MenuItem icon={<Hash />} onClick={() => actions.copyAccountId(account)}>
            {words.copyAccountId}
          </MenuItem>
          <MenuItem icon={<Terminal />} onClick={() => actions.copyCredentialProcess(account)}>
            {words.copyCredentialProcess}
          </MenuItem>
        </>
      )}
      {views.tools !== undefined && (
        <MenuItem icon={<Waypoints />} onClick={() => actions.showTools(account)}>
          {words.showTools}
        </MenuItem>
      )}
      <MenuLine />
      <MenuItem
        icon={favourite ? <StarOff /> : <Star />}
        onClick={() => actions.setFavourite(account, !favourite)}
      >
        {favourite ? words.removeFavourite : words.addFavourite}
      </MenuItem>
      <Submenu icon={<ShieldQuestion />} label={words.askBeforeUse}>
        <MenuChoices
          value={policy}
          choices={policies.map((value) => ({ value, label: words.policies[value] }))}
          onChange={(value) => actions.setPolicy(account, value)}
        />
      </Submenu>
      {isRemovable(account) && (
        <>
          <MenuLine />
          <MenuItem icon={<Trash2 />} onClick={() => actions.askToRemove(account)}>
            {words.removeAccount}
          </MenuItem>
        </>
      )}
    </>
  );
}

/** Credentials for a shell of one's choice. */
function EnvironmentMenu(props: { readonly account: Account }) {
  const actions = useAccountActions();
  return (
    <Submenu icon={<SquareTerminal />} label={words.copyAsEnvironment}>
      {shells.map((shell) => (
        <MenuItem key={shell} onClick={() => actions.copyEnvironment(props.account, shell)}>
          {words.shells[shell]}
        </MenuItem>
      ))}
    </Submenu>
  );
}
