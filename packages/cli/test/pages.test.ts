import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseRange, parseSweep, sweptRuns } from '@hillock/sweeps'
import { expect, test } from '@jest/globals'
import { createProgram } from '../src/program.ts'
import { chooseRecipe } from '../src/run/resolve-recipe.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const left = new Set(['node_modules', 'dist', 'api', 'templates', 'results', 'test-results'])

function pagesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return left.has(entry.name) || entry.name.startsWith('.') ? [] : pagesIn(path)
    return path.endsWith('.md') ? [path] : []
  })
}

/** The commands in a page's shell blocks, as words. */
function commandsIn(page: string): string[][] {
  const blocks = Array.from(
    readFileSync(join(root, page), 'utf8').matchAll(/^```sh\n(.*?)^```$/gms),
    ([, text]) => text!,
  )
  const lines = blocks.flatMap((text) => text.replace(/\\\n\s*/g, ' ').split('\n'))
  const found = lines.flatMap((line) => /^(?:npx )?hillock (.*)$/.exec(line.replace(/ # .*/, '').trim())?.[1] ?? [])
  return found.map((words) => Array.from(words.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => (quoted ?? plain)!))
}

const commands = [...new Set(pagesIn('').flatMap((page) => commandsIn(page).map((words) => words.join('\0'))))]

/** Plugins that a page has made by `hillock new`. */
const made = new Set(commands.flatMap((words) => /^new\0\w+\0(.*)$/.exec(words)?.[1] ?? []))

test.each(commands.map((words) => [words.replaceAll('\0', ' '), words.split('\0')] as const))(
  'as a page has it: hillock %s',
  async (_, words) => {
    const program = createProgram()
    let options: Record<string, unknown> = {}
    for (const command of program.commands) {
      command.exitOverride().action(() => {
        options = command.opts()
      })
    }
    await program.parseAsync(words, { from: 'user' })
    if (options.config !== undefined || Array.isArray(options.recipe)) return
    // what a page has made is not installed here
    if (made.has(options.learner as string)) return
    const recipe = await chooseRecipe(options)
    // of a range, both ends
    const sweeps = ((options.sweep ?? []) as string[]).map((one) => parseRange(one) ?? parseSweep(one))
    for (const { set } of sweptRuns(recipe, sweeps)) {
      await chooseRecipe({ ...options, set: [...((options.set ?? []) as string[]), ...set] })
    }
  },
)

test('there are some', () => {
  expect(commands.length).toBeGreaterThan(20)
})
