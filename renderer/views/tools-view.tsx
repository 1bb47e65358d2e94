import { Tabs } from '@base-ui/react/tabs';
import { useState } from 'react';
import { isTokenAccount } from '../../shared/account.ts';
import { regionOf } from '../../shared/connection.ts';
import { type SnippetId, snippetsFor } from '../../shared/snippets.ts';
import { AccountPicker } from '../components/account-picker.tsx';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { Section } from '../components/section.tsx';
import { Snippet } from '../components/snippet.tsx';
import { ViewFrame } from '../components/view-frame.tsx';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import styles from './tools-view.module.css';

const tabs: Readonly<Record<keyof typeof text.tools.tabs, readonly SnippetId[]>> = {
  cli: ['aws-cli', 'environment'],
  sdk: ['environment', 'python', 'javascript', 'go', 'java'],
  terraform: ['terraform'],
  kubectl: ['kubectl'],
  git: ['git'],
  docker: ['docker', 'compose'],
  curl: ['curl'],
  programs: ['exec', 'variable', 'token'],
  api: ['api'],
};
/** The tabs that only a token has come first; the others are as for AWS. */
const tokenTabs: readonly (keyof typeof tabs)[] = ['programs', 'api', 'kubectl', 'git', 'docker'];
const tabNames = Object.keys(tabs) as (keyof typeof tabs)[];

/** What one pastes so that a tool gets its credentials from here. */
export function ToolsView() {
  const accounts = useKeyfob(({ state }) => state?.accounts);
  const signedOut = useKeyfob(
    ({ state }) =>
      state?.connections.find(({ session }) => session.state === 'signed_out')?.settings.name,
  );
  const go = useKeyfob((view) => view.go);
  const signIn = useKeyfob((view) => view.signIn);
  return (
    <ViewFrame title={text.tools.title}>
      {accounts === undefined || accounts.length === 0 ? (
        <Notice
          kind="empty"
          title={text.tools.empty}
          actions={
            signedOut === undefined ? (
              <Button kind="main" onClick={() => go({ name: 'connect' })}>
                {text.failure.connect}
              </Button>
            ) : (
              <Button kind="main" onClick={() => signIn(signedOut)}>
                {text.common.signInTo(signedOut)}
              </Button>
            )
          }
        >
          {signedOut === undefined ? text.tools.emptyWhy : text.tools.signInFirst}
        </Notice>
      ) : (
        <Snippets />
      )}
    </ViewFrame>
  );
}

function Snippets() {
  const state = useKeyfob((view) => view.state);
  const asked = useKeyfob(({ view }) => (view.name === 'tools' ? view.account : undefined));
  const [chosen, choose] = useState(asked);
  const go = useKeyfob((view) => view.go);
  if (state === undefined) return null;
  const account = state.accounts.find(({ id }) => id === chosen);
  const served = account ?? state.accounts.find(({ id }) => id === state.active);
  const connection =
    state.connections.find(({ settings }) => settings.name === served?.connection) ??
    state.connections[0];
  const { command, socket } = state.helper;
  const region =
    (connection === undefined ? undefined : regionOf(connection.settings)) ?? 'us-east-1';
  const snippets = new Map(
    snippetsFor({ account, activeKind: served?.kind, region, command, socket }).map((one) => [
      one.id,
      one.text,
    ]),
  );
  const token = served !== undefined && isTokenAccount(served);
  const shown = (token ? tokenTabs : tabNames).filter((tab) =>
    tabs[tab].some((id) => snippets.has(id)),
  );
  return (
    <div className={styles.tools}>
      <AccountPicker
        label={text.tools.account}
        accounts={state.accounts}
        value={account?.id}
        following={true}
        description={account === undefined ? text.tools.followingHelp : text.tools.fixedHelp}
        onChange={choose}
      />
      {connection !== undefined && <SessionNotice connection={connection.settings.name} />}
      {!token && (
        <Section
          title={text.tools.firstProfile}
          action={
            <Button kind="quiet" onClick={() => go({ name: 'profiles' })}>
              {text.profiles.open}
            </Button>
          }
        >
          <Lines id="profile" snippets={snippets} />
        </Section>
      )}
      <Section title={token ? text.tools.tokenTool : text.tools.tool}>
        {/* Another kind of account has other tabs: it begins with the first of its own. */}
        <Tabs.Root key={String(token)} defaultValue={shown[0] ?? null}>
          <Tabs.List className={styles.tabs} aria-label={text.tools.tool}>
            {shown.map((tab) => (
              <Tabs.Tab key={tab} value={tab} className={styles.tab}>
                {text.tools.tabs[tab]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {shown.map((tab) => (
            <Tabs.Panel key={tab} value={tab} className={styles.panel}>
              {tabs[tab].map((id) => (
                <Lines key={id} id={id} snippets={snippets} />
              ))}
            </Tabs.Panel>
          ))}
        </Tabs.Root>
      </Section>
    </div>
  );
}

function Lines(props: {
  readonly id: SnippetId;
  readonly snippets: ReadonlyMap<SnippetId, string>;
}) {
  const lines = props.snippets.get(props.id);
  if (lines === undefined) return null;
  const { name, where } = text.tools.snippets[props.id];
  return (
    <Snippet name={name} where={where}>
      {lines}
    </Snippet>
  );
}

/** That the tools would get nothing now, and the way out. */
function SessionNotice(props: { readonly connection: string }) {
  const { connection } = props;
  const session = useKeyfob(
    ({ state }) =>
      state?.connections.find(({ settings }) => settings.name === connection)?.session.state,
  );
  const signIn = useKeyfob((view) => view.signIn);
  if (session !== 'signed_out' && session !== 'expired') return null;
  const out = session === 'signed_out';
  return (
    <Notice
      kind="info"
      form="inline"
      title={out ? text.tools.signedOut(connection) : text.tools.expired(connection)}
      actions={
        <Button label={text.common.signInTo(connection)} onClick={() => signIn(connection)}>
          {text.common.signIn}
        </Button>
      }
    >
      {out ? text.tools.signedOutWhy : text.tools.expiredWhy}
    </Notice>
  );
}
