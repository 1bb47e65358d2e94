import type { IncomingMessage } from 'node:http';
import type { Context } from 'oidc-provider';
import { approvalPage } from './pages.ts';
import { findPerson } from './people.ts';
import type { ProviderState } from './state.ts';

/** Shows the page on which a person signs in and approves, and takes what they say. */
export function interactions(state: ProviderState) {
  return async (ctx: Context, next: () => Promise<void>): Promise<void> => {
    if (!/^\/interaction\/[\w-]+$/.test(ctx.path)) return await next();
    const { provider } = state;
    const interaction = await provider.interactionDetails(ctx.req, ctx.res);
    const { params } = interaction;
    const clientId = String(params.client_id);
    if (ctx.method !== 'POST') {
      ctx.type = 'html';
      ctx.body = approvalPage(interaction, await provider.Client.find(clientId));
      return;
    }
    const form = new URLSearchParams(await textOf(ctx.req));
    const person = findPerson(form.get('login'));
    if (form.get('decision') !== 'approve' || person === undefined) {
      const error = { error: 'access_denied', error_description: 'The person said no.' };
      return await finish(error);
    }
    const grant = new provider.Grant({ accountId: person.username, clientId });
    const scope = String(params.scope ?? '');
    grant.addOIDCScope(scope);
    const resources = params.resource === undefined ? [] : [params.resource].flat();
    for (const resource of resources) grant.addResourceScope(String(resource), scope);
    await finish({
      login: { accountId: person.username, amr: ['pwd'], acr: acrOf(params.acr_values) },
      consent: { grantId: await grant.save() },
    });

    async function finish(result: Record<string, unknown>): Promise<void> {
      const options = { mergeWithLastSubmission: false };
      await provider.interactionFinished(ctx.req, ctx.res, result, options);
    }
  };
}

function acrOf(asked: unknown): string | undefined {
  return typeof asked === 'string' ? asked.split(' ')[0] : undefined;
}

export async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
