import { ownFlowOf } from '../../shared/connection.ts';
import type { Issuer } from '../../shared/oidc-connection.ts';
import type { OidcGrant } from '../../shared/oidc-settings.ts';
import { type AddressDraft, needsUsername, type OidcDraft } from '../address-draft.ts';
import { text } from '../text.ts';
import styles from './add-connection.module.css';
import { Field } from './field.tsx';
import { FlowChoice } from './flow-choice.tsx';
import { More } from './more.tsx';
import { Notice } from './notice.tsx';
import { Select } from './select.tsx';
import { Switch } from './switch.tsx';

const words = text.connect.oidc;
const grants = Object.keys(words.grants) as readonly OidcGrant[];

/** What a connection to an OpenID provider needs beside its address; most of it rarely. */
export function OidcFields(props: {
  readonly draft: AddressDraft;
  readonly name: string;
  readonly issuer: Issuer;
  readonly onChange: (changes: Partial<AddressDraft>) => void;
}) {
  const { draft, name, issuer, onChange } = props;
  const { oidc } = draft;
  const { offers } = issuer;
  const change = (changes: Partial<OidcDraft>) => onChange({ oidc: { ...oidc, ...changes } });
  const flows = [
    ...(offers.browser === offers.device ? (['auto'] as const) : []),
    ...(offers.browser || !offers.device ? (['browser'] as const) : []),
    ...(offers.device ? (['device'] as const) : []),
  ];
  const interactive = ownFlowOf(oidc) === undefined;
  return (
    <>
      <div className={styles.pair}>
        <Field
          label={text.connect.name}
          value={name}
          onChange={(value) => onChange({ name: value })}
          placeholder={words.nameFallback}
          description={words.nameHelp(name.trim() || words.nameFallback)}
        />
        <Field
          label={words.clientId}
          value={oidc.clientId}
          onChange={(clientId) => change({ clientId })}
          description={offers.registration ? words.clientIdMay : words.clientIdMust}
          mono={true}
        />
      </div>
      {interactive && flows.length > 1 && (
        <FlowChoice value={draft.flow} flows={flows} onChange={(flow) => onChange({ flow })} />
      )}
      <More>
        {oidc.clientId.trim() === '' ? (
          offers.registration && (
            <Field
              label={words.initialAccessToken}
              value={oidc.initialAccessToken}
              onChange={(initialAccessToken) => change({ initialAccessToken })}
              description={words.initialAccessTokenHelp}
              type="password"
            />
          )
        ) : (
          <Field
            label={words.clientSecret}
            value={oidc.clientSecret}
            onChange={(clientSecret) => change({ clientSecret })}
            description={words.clientSecretHelp}
            type="password"
          />
        )}
        <Field
          label={words.scopes}
          value={oidc.scopes}
          onChange={(scopes) => change({ scopes })}
          placeholder={words.scopesPlaceholder}
          description={words.scopesHelp}
          mono={true}
        />
        <Field
          label={words.audience}
          value={oidc.audience}
          onChange={(audience) => change({ audience })}
          description={words.audienceHelp}
          mono={true}
        />
        <Select
          label={words.grant}
          value={oidc.grant}
          choices={grants.map((value) => ({ value, label: words.grants[value] }))}
          description={words.grantsHelp[oidc.grant]}
          onChange={(grant) => change({ grant, passwordAllowed: false })}
        />
        {needsUsername(oidc.grant) && (
          <Field
            label={text.signIn.fields.username}
            value={oidc.username}
            onChange={(username) => change({ username })}
            description={words.usernameHelp}
          />
        )}
        {oidc.grant === 'password' && (
          <Notice kind="info" form="inline" title={words.passwordTitle}>
            <p>{words.passwordWhy}</p>
            <Switch
              label={words.passwordAllow}
              checked={oidc.passwordAllowed}
              onChange={(passwordAllowed) => change({ passwordAllowed })}
            />
          </Notice>
        )}
      </More>
    </>
  );
}
