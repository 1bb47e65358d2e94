/**
 * Storage for oidc-provider. Of our own, so that it outlives the provider that is made anew when
 * keys rotate, and so that two providers in one process share nothing. Nothing leaves by itself:
 * the provider judges what has expired.
 */

interface Payload {
  readonly grantId?: string;
  readonly uid?: string;
  readonly userCode?: string;
  consumed?: number;
}

export type Storage = Map<string, Payload>;

export function createAdapter(storage: Storage): (model: string) => object {
  return (model) => {
    const find = (matches: (payload: Payload) => boolean) => {
      for (const [key, payload] of storage) {
        if (key.startsWith(`${model}:`) && matches(payload)) return payload;
      }
      return undefined;
    };
    return {
      async upsert(id: string, payload: Payload) {
        storage.set(`${model}:${id}`, payload);
      },
      async find(id: string) {
        return storage.get(`${model}:${id}`);
      },
      async findByUserCode(userCode: string) {
        return find((payload) => payload.userCode === userCode);
      },
      async findByUid(uid: string) {
        return find((payload) => payload.uid === uid);
      },
      async consume(id: string) {
        const payload = storage.get(`${model}:${id}`);
        if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
      },
      async destroy(id: string) {
        storage.delete(`${model}:${id}`);
      },
      async revokeByGrantId(grantId: string) {
        for (const [key, payload] of storage) {
          if (payload.grantId === grantId) storage.delete(key);
        }
      },
    };
  };
}
