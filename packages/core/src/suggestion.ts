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

/** What to do about a word that is not among the known ones: the one that is near, if any, and all that there are. */
export function choices(word: string, known: readonly string[]): string {
  if (known.length === 0) return 'there is none'
  const all = `there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`
  const near = suggestion(word, known)
  return near === undefined ? all : `${near} ${all}`
}
