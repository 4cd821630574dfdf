import type { Training } from './settings.ts'

/** The command that trains the same weights in Node, to the bit. */
export function commandOf({ learner, seed, epochs, changes }: Training): string {
  const sets = changes.map((change) => `--set ${change}`)
  const options = ['--recipe demo', `--learner ${learner}`, `--epochs ${epochs}`, `--seed ${seed}`, '--backend wasm']
  return ['hillock train', ...options, ...sets, '--out out'].join(' ')
}

/** `random-bp` is `randomBp` of its package. */
const exportOf = (learner: string) => learner.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** The same as a program. */
export function programOf({ learner, seed }: Training, recipe: object): string {
  const name = exportOf(learner)
  const given = name === learner ? name : `'${learner}': ${name}`
  return `import { writeFile } from 'node:fs/promises'
import { wasm } from '@hillock/backend-wasm'
import { ${name} } from '@hillock/learner-${learner}'
import { runRecipe, writeModel } from '@hillock/recipes'

const recipe = ${JSON.stringify(recipe, null, 2)}
const seed = ${seed}
const { session, reports } = await runRecipe(recipe, { learners: { ${given} }, backend: await wasm(), seed })
console.log(reports.at(-1)?.testAccuracy)
const about = { recipe, seed, epochs: session.counters.epochs }
await writeFile('model.safetensors', writeModel(session.network, await session.snapshot(), about, {}))
await session.dispose()
`
}
