import { type ErrorCode, HillockError } from '../errors.ts'

/** Where a token or an expression stands in a program's text; lines and columns count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly length: number
}

/** Throws an error that shows the line with a caret under the place. */
export function refuse(code: ErrorCode, message: string, text: string, place?: Place, hint?: string): never {
  if (place === undefined) throw new HillockError(code, message, { hint })
  const line = text.split('\n')[place.line - 1] ?? ''
  const gutter = `  ${place.line} | `
  const caret = ' '.repeat(gutter.length + place.column - 1) + '^'.repeat(Math.max(1, place.length))
  throw new HillockError(code, `${message} (line ${place.line}, column ${place.column})\n${gutter}${line}\n${caret}`, {
    hint,
  })
}

/**
 * "did you mean ...?" for the known word nearest to a misspelt one, if any is near enough: case, `-` and `_` do not count, nor does what is
 * missing at the end of a longer word. Words with no letter in common are not near, numbers (places in a list) are no words,
 * and a word with another number in it is another word: `layer9` is not meant to be `layer1`.
 */
export function suggestion(word: string, known: Iterable<string>): string | undefined {
  const wanted = plain(word)
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const name of known) {
    const candidate = plain(name)
    if (!/[a-z]/.test(candidate) || isOtherNumber(wanted, candidate)) continue
    const begun = wanted.length >= 3 && candidate.startsWith(wanted)
    const distance = begun ? 1 : editDistance(wanted, candidate)
    if (distance < least && distance < Math.max(wanted.length, candidate.length)) [best, least] = [name, distance]
  }
  return best === undefined ? undefined : `did you mean '${best}'?`
}

function isOtherNumber(a: string, b: string): boolean {
  const rest = (word: string) => word.replaceAll(/\d/g, '')
  return /\d/.test(a) && /\d/.test(b) && a !== b && rest(a) === rest(b)
}

const plain = (word: string): string => word.toLowerCase().replaceAll(/[-_]/g, '')

/** How many letters to replace, insert, leave out, or swap with their neighbour (Damerau; optimal string alignment). */
function editDistance(a: string, b: string): number {
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced, swapped ? before[j - 2]! + 1 : Infinity))
    }
    before = row
    row = next
  }
  return row[b.length]!
}
