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

/** "did you mean ...?" for the known word nearest to a misspelt one, if any is near enough. */
export function suggestion(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best === undefined ? undefined : `did you mean '${best}'?`
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, substitute))
    }
    row = next
  }
  return row[b.length] as number
}
