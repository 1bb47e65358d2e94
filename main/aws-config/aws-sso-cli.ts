/** An Identity Center that aws-sso-cli has configured. */
export interface AwsSsoInstance {
  readonly name: string;
  readonly startUrl: string;
  readonly region: string;
}

/** The role that a profile which aws-sso-cli has generated asks for; undefined for other ones. */
export function awsSsoRole(
  line: string,
):
  | { readonly instance: string; readonly accountId: string; readonly roleName: string }
  | undefined {
  if (!/(?:^|[\\/"'])aws-sso(?:\.exe)?["']?\s/.test(line)) return undefined;
  // A path before the role's name is none of the portal's.
  const [, accountId, roleName] =
    /arn:[\w-]+:iam::(\d{12}):role\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)/.exec(line) ?? [];
  if (accountId === undefined || roleName === undefined) return undefined;
  const instance = /\s(?:-S|--sso)[ =]["']?([^\s"']+)/.exec(line)?.[1] ?? 'Default';
  return { instance, accountId, roleName };
}
