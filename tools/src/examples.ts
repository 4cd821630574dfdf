/** The blocks of a Markdown page that are marked as TypeScript. */
export const examplesIn = (page: string): string[] =>
  Array.from(page.matchAll(/^```ts\n(.*?)^```$/gms), ([, code]) => code!)
