import { suggestion } from '@hillock/core'

/** What to do about a word that is not among the known ones: the one that is near, if any, and all that there are. */
export function choices(word: string, known: readonly string[]): string {
  if (known.length === 0) return 'there is none'
  const all = `there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`
  const near = suggestion(word, known)
  return near === undefined ? all : `${near} ${all}`
}
