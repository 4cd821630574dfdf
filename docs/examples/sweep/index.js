import { writeFile } from 'node:fs/promises'
import { wasm } from '@hillock/backend-wasm'
import { glyphs } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { toSvg } from '@hillock/plot'
import { findRecipe, runRecipe, setPath } from '@hillock/recipes'
import { parseSweep, planSweep, rank, sweptRuns, testOf } from '@hillock/sweeps'

const count = Number(process.argv[2] ?? 600)

// the recipe `demo`, a fifth of its training examples held back; two rates, two sizes, two seeds: eight runs
const changes = ['dataset.validation=0.2', 'epochs=2']
const recipe = changes.reduce((before, change) => setPath(before, change), findRecipe('demo'))
const settings = sweptRuns(recipe, [
  parseSweep('hidden=16,64'),
  parseSweep('learner.optimizer.learningRate=0.001,0.003'),
])
const plan = planSweep({ recipe, settings, seeds: [0, 1], version: '0.1.0' })

// one after the other, in this process; `hillock sweep` runs them side by side, and goes on after a crash
const statuses = []
for (const run of plan.runs) {
  const reports = []
  await runRecipe(run.recipe, {
    seed: run.seed,
    backend: await wasm({ threads: 1 }),
    data: glyphs({ train: count, test: 100 }),
    learners: { bptt },
    onEvent: (event) => event.event === 'epoch' && reports.push(event),
  })
  const { validationAccuracy, testAccuracy } = reports.at(-1)
  statuses.push({ run, state: 'done', validationAccuracy, testAccuracy })
}

const ranked = rank(statuses)
const rows = ranked.map(({ settings: { hidden, ...rest }, validationAccuracy }) => ({
  setting: `${hidden} neurons, learning rate ${rest['learner.optimizer.learningRate']}`,
  validationAccuracy,
}))
for (const { setting, validationAccuracy } of rows) console.log(`${setting}: ${validationAccuracy.toFixed(3)}`)
console.log(`test accuracy of the best: ${testOf(statuses, ranked[0]).testAccuracy.toFixed(3)}`)

const picture = {
  background: 'white',
  title: 'Settings by their validation accuracy, the mean of two seeds',
  data: { values: rows },
  mark: 'bar',
  width: 480,
  encoding: {
    y: { field: 'setting', type: 'nominal', sort: '-x', title: null, axis: { labelLimit: 200 } },
    x: { field: 'validationAccuracy', type: 'quantitative', title: 'validation accuracy', scale: { domain: [0, 1] } },
  },
}
await writeFile('sweep.svg', await toSvg(picture))
