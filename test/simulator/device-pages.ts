import type { DeviceGrants } from './device-grants.ts';
import { formOf, type Reply, type SimRequest } from './http.ts';
import { consentPage, messagePage, userCodePage } from './pages.ts';

/** GET: type the code, or see what the code in `user_code` asks for. */
export function showDevicePage(grants: DeviceGrants, request: SimRequest): Reply {
  const userCode = request.query.get('user_code');
  if (userCode === null) return userCodePage();
  const grant = grants.find(userCode);
  if (grant === undefined) {
    return userCodePage('This code is not known or no longer valid. Check it and try again.');
  }
  return consentPage({
    title: 'Authorize a device',
    action: '/device',
    fields: { user_code: grant.userCode },
    facts: {
      Code: grant.userCode,
      Application: grant.client.clientName,
      Access: grant.client.scopes.join(', ') || 'your AWS accounts',
    },
  });
}

/** POST `user_code` and `decision` (approve or deny). */
export function decideDevice(grants: DeviceGrants, request: SimRequest): Reply {
  const form = formOf(request);
  const grant = grants.find(form.get('user_code') ?? '');
  if (grant === undefined) {
    return userCodePage('This code is not known or no longer valid. Check it and try again.');
  }
  const decision = form.get('decision');
  if (decision === 'approve') {
    grant.state = 'approved';
    return messagePage(200, 'Request approved', 'You can close this page and go back.');
  }
  if (decision === 'deny') {
    grant.state = 'denied';
    return messagePage(200, 'Request denied', 'Nothing was granted. You can close this page.');
  }
  return messagePage(400, 'Nothing decided', 'Go back and choose Approve or Deny.');
}
