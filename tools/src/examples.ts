export interface Example {
  readonly code: string
  /** Marked `ts throws`: it ends with an error. */
  readonly throws: boolean
  /** What it prints, or the message of its error, where a block marked as `text` follows. */
  readonly output: string | undefined
}

/** The blocks of a Markdown page that are marked as TypeScript. */
export const examplesIn = (page: string): Example[] =>
  Array.from(
    page.matchAll(/^```ts( throws)?\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?/gms),
    ([, throws, code, output]) => ({ code: code!, throws: throws !== undefined, output }),
  )
