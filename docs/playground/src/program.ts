import { type BackendName, isLearner, type Swap } from './settings.ts'
import type { Training } from './training.ts'

/** `random-bp` is `randomBp` of its package. */
const exportOf = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** What a learner or a backend is called in a program, and the package that it comes from. */
const sourceOf = (name: Swap['to']): readonly [string, string] => {
  if (isLearner(name)) return [exportOf(name), `learner-${name}`]
  return name === 'webgpu' ? ['webgpu', 'backend-webgpu'] : ['wasm', 'backend-wasm']
}

const backendText = (name: BackendName) =>
  name === 'wasm-one-thread' ? 'await wasm({ threads: 1 })' : `await ${name}()`

/** The same as a program, swaps included. */
export function programOf({ data, learner, backend, seed, swaps }: Training, recipe: object): string {
  const sources = new Map([backend, learner, ...swaps.map(({ to }) => to)].map(sourceOf))
  const reader = data === 'files' ? 'mnist' : data === 'recordings' ? 'nMnist' : undefined
  const read = data === 'files' ? 'await mnist()' : 'await nMnist({ frames: framesOf(recipe, seed) })'
  const imports = [
    `import { writeFile } from 'node:fs/promises'`,
    ...Array.from(sources, ([name, from]) => `import { ${name} } from '@hillock/${from}'`),
    ...(reader ? [`import { ${reader} } from '@hillock/datasets'`] : []),
    `import { ${[...(data === 'recordings' ? ['framesOf'] : []), ...(swaps.length > 0 ? ['learnerOptions'] : []), 'runRecipe', 'writeModel'].join(', ')} } from '@hillock/recipes'`,
  ]
  const rule = exportOf(learner)
  const given = rule === learner ? rule : `'${learner}': ${rule}`
  const [head, options] =
    swaps.length === 0
      ? ['', `learners: { ${given} }, backend: ${backendText(backend)}, seed`]
      : [
          swapping(learner, swaps),
          `learners: { '${learner}': () => learner }, backend: ${backendText(backend)}, seed, onEvent`,
        ]
  return `${imports.join('\n')}

const recipe = ${JSON.stringify(recipe, null, 2)}
const seed = ${seed}
${head}const { session, reports } = await runRecipe(recipe, { ${options}${reader ? `, data: ${read}` : ''} })
console.log(reports.at(-1)?.testAccuracy)
const about = { recipe, seed, epochs: session.counters.epochs }
await writeFile('model.safetensors', writeModel(session.network, await session.snapshot(), about, {}))
await session.dispose()
`
}

/** What exchanges learners and backends after so many batches. */
function swapping(learner: string, swaps: Training['swaps']): string {
  const lines = swaps.map(({ batch, to }) => {
    const act = isLearner(to) ? `rule = ${exportOf(to)}(options)` : `await session.use(${backendText(to)})`
    return `  if (batches === ${batch}) ${act}`
  })
  return `const options = learnerOptions(recipe.learner)
let rule = ${exportOf(learner)}(options)
const learner = { name: '${learner}', step: (runtime, batch) => rule.step(runtime, batch) }
const onEvent = async ({ event }, { session }) => {
  if (event !== 'start' && event !== 'batch') return
  const { batches } = session.counters
${lines.join('\n')}
}
`
}
