export interface Example {
  readonly code: string
  /** Marked `ts throws`: it ends with an error. */
  readonly throws: boolean
  /** What it prints, or the message of its error, where a block marked as `text` follows. */
  readonly output: string | undefined
}

/** The comments before declarations, `/** ... *\/`, of a source, without the stars: what an editor shows, as Markdown. */
export const docsIn = (source: string): string[] =>
  Array.from(source.matchAll(/^ *\/\*\*\n(.*?)^ *\*\//gms), ([, lines]) => lines!.replace(/^ *\* ?/gm, ''))

/** The blocks of a Markdown page that are marked as TypeScript. */
export const examplesIn = (page: string): Example[] =>
  Array.from(
    page.matchAll(/^```ts( throws)?\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?/gms),
    ([, throws, code, output]) => ({ code: code!, throws: throws !== undefined, output }),
  )
