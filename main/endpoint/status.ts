import type { State } from '../../shared/model.ts';
import { protocolVersion } from '../../shared/protocol.ts';

/** The answer to `GET /v1/status`: small, and free of anything secret. */
export function statusView(state: State) {
  const active = state.accounts.find(({ id }) => id === state.active);
  return {
    version: state.helper.version,
    pid: state.helper.pid,
    protocol: protocolVersion,
    ...(state.helper.activated === true ? { activated: true } : {}),
    /** The active account's path, or null. */
    active: active?.path ?? state.active,
    connections: state.connections.map(({ settings, session }) => ({
      name: settings.name,
      state: session.state,
      ...(session.expiresAt === undefined ? {} : { expiresAt: session.expiresAt }),
    })),
  };
}
