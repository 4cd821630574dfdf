import { fromFiles } from './settings.ts'
import type { Training } from './training.ts'

/** A word of a command, in quotes where a shell would read it otherwise. */
const quoted = (word: string) => (/^[\w.=-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** The command that trains the same weights in Node, to the bit: of a run without swaps. */
export function commandOf({ data, recipe, learner, backend, seed, epochs, changes }: Training): string {
  const sets = changes.map((change) => `--set ${quoted(change)}`)
  const options = [
    `--recipe ${recipe}`,
    ...(fromFiles(data) ? ['--data FOLDER'] : []),
    `--learner ${learner}`,
    `--epochs ${epochs}`,
    `--seed ${seed}`,
    backend === 'wasm-one-thread' ? '--backend wasm --threads 1' : `--backend ${backend}`,
  ]
  return ['hillock train', ...options, ...sets, '--out out'].join(' ')
}
