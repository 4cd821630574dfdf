import { expect, test } from '@jest/globals'
import { betterWords } from '../src/words.ts'
import { filesIn, read } from '../src/workspace.ts'

const written = ['packages', 'plugins', 'docs', 'tools', 'benchmarks']
  .flatMap(filesIn)
  .concat('README.md')
  .filter((path) => /\.(md|vue|[cm]?[jt]s)$/.test(path))
  .filter((path) => !/(^|\/)(test|testing|golden|results)\/|\.api\.md$|known-faults|^tools\/src\/words\.ts$/.test(path))

/** What a person reads: of a page all but its code, of a program all of it. */
const prose = (path: string): string =>
  path.endsWith('.md') ? read(path).replace(/^```[\s\S]*?^```/gm, (code) => code.replace(/[^\n]/g, '')) : read(path)

/** The lines with a phrase that has a better one. */
function worse(text: string): string[] {
  return text.split('\n').flatMap((line, at) => {
    const found = betterWords.flatMap(([phrase, better]) =>
      phrase.test(line) ? [`'${phrase.exec(line)![0]}': ${better}`] : [],
    )
    return found.map((told) => `${at + 1}: ${told}`)
  })
}

test('pages, comments and messages use common words', () => {
  expect(written.length).toBeGreaterThan(500)
  expect(written.flatMap((path) => worse(prose(path)).map((told) => `${path}:${told}`))).toEqual([])
})

test('a phrase is found with its line and what to write instead', () => {
  const page = 'The rate; 0.9 unless given.\nDefault: 0.9.\n/** A layer. Errors: HILLOCK_OPTION. */'
  expect(worse(page)).toEqual([
    "1: 'unless given': Default: 0.9",
    "1: '; 0.9 unless': Default: 0.9",
    "3: 'Errors: HILLOCK_': Throws HILLOCK_OPTION if ...",
  ])
})
