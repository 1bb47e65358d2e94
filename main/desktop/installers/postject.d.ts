declare module 'postject' {
  /** Puts a resource into a program, in place. */
  export function inject(
    program: string,
    resource: string,
    content: Buffer,
    options: { readonly sentinelFuse?: string; readonly machoSegmentName?: string },
  ): Promise<void>;
}
