/**
 * Node's http, without an import of its value: that evaluates every property of the module, among
 * them those behind which Node's own fetch lies. It would cost more than the rest of the helper's
 * start, and 13 MiB for good.
 */
// biome-ignore lint/style/noRestrictedGlobals: this is the module itself, got in a cheaper way.
export const { createServer, request } = process.getBuiltinModule('node:http');
