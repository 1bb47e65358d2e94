/** The part of a CycloneDX document that matters here. */
export interface PartsList {
  readonly components: readonly Part[];
  readonly dependencies: readonly {
    readonly ref: string;
    readonly dependsOn?: readonly string[];
  }[];
}

interface Part {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

/** npm holds these for tools. Both are in every installer: the one as the app, the other as the command. */
const runtimes = ['electron', 'node'];

/** Leaves of npm's list of all packages those that reach a user's machine. */
export function shippedParts<T extends PartsList>(all: T): T {
  const components = all.components.filter((part) => runtimes.includes(part.name) || !isTool(part));
  const kept = new Set(components.map((part) => part['bom-ref']));
  const known = new Set(all.components.map((part) => part['bom-ref']));
  // Keyfob itself is no component of itself.
  const stays = (ref: string) => kept.has(ref) || !known.has(ref);
  const dependencies = all.dependencies
    .filter(({ ref }) => stays(ref))
    .map((entry) => ({ ...entry, dependsOn: entry.dependsOn?.filter(stays) ?? [] }));
  return { ...all, components, dependencies };
}

function isTool({ properties }: Part): boolean {
  return properties?.some(({ name }) => name === 'cdx:npm:package:development') ?? false;
}
