import { findRecipe, type Part, type Recipe } from '@hillock/recipes'
import { parseRange, type Range } from '@hillock/sweeps'
import { type GridTask, gridTasks } from './tasks.ts'

/** A learner on a task: what is trained, and what is searched. */
export interface Cell {
  readonly task: string
  readonly learner: string
  readonly recipe: Recipe
  readonly ranges: readonly Range[]
}

type Rule = (task: GridTask) => Pick<Recipe, 'network' | 'loss' | 'learner'> & { readonly search: readonly string[] }

/** Rules that follow an error, or a part of one: the same network, loss and optimizer, the rate and the surrogate searched. */
const byError =
  (learner: Recipe['learner']): Rule =>
  ({ hidden, classes, neuron, leak }) => ({
    network: [
      ...hidden.flatMap((units): Part[] => [{ dense: units, weight: 'heNormal' }, neuron]),
      { dense: classes },
      { neuron: 'leakyIntegrator', beta: leak },
    ],
    loss: { name: 'crossEntropy', reduce: 'each' },
    learner: { ...learner, optimizer: { name: 'adam', learningRate: 1e-3 } },
    search: ['learner.optimizer.learningRate=log(1e-4,1e-1)', 'network.*.surrogate.slope=log(1,25)'],
  })

/** Rules without an error: as many neurons, in one layer that competes, and a readout of the classes for which each fires. */
const byCompetition = (
  { hidden, classes, neuron, competing: { threshold } }: GridTask,
  weight: [number, number],
  options: object,
): Pick<Recipe, 'network' | 'loss'> => {
  const units = hidden.reduce((sum, one) => sum + one, 0)
  const recurrent = 'recurrent' in neuron ? { recurrent: neuron.recurrent } : {}
  return {
    network: [
      { dense: units, weight: { uniform: weight }, bias: false },
      { neuron: 'kWinners', resetAmount: 0, inhibition: 1, threshold, ...options, ...recurrent } as Part,
      { dense: classes, weight: { constant: -2 }, bias: false },
      { neuron: 'linear' },
    ],
    loss: { name: 'crossEntropy' },
  }
}

const hebbian: Rule = (task) => {
  const [instar, outstar] = findRecipe('mnist-hebbian').learner.layers!
  const { threshold } = task.competing
  return {
    ...byCompetition(task, [0, 0.05], { beta: 1, k: 3 }),
    learner: {
      name: 'hebbian',
      layers: [{ ...instar!, threshold }, outstar!],
    },
    search: [
      'learner.layers.0.learningRate=log(1e-2,1)',
      `network.1.threshold=log(${threshold / 10},${threshold * 2})`,
    ],
  }
}

const stdp: Rule = (task) => {
  const { threshold, total } = task.competing
  const units = task.hidden.reduce((sum, one) => sum + one, 0)
  return {
    ...byCompetition(task, [0, 0.3], {
      beta: 0.95,
      threshold: new Array(units).fill(threshold),
      learn: ['threshold'],
    }),
    learner: {
      name: 'stdp',
      potentiation: 2e-3,
      depression: 2e-3,
      total,
      homeostasis: { raise: 0.01, fade: 1e-3, rest: threshold },
      readout: {},
    },
    search: ['learner.potentiation=log(1e-4,1e-1)', 'learner.homeostasis.raise=log(1e-4,1e-1)'],
  }
}

/** The learners of the grid, as its table calls them. */
export const gridLearners: Readonly<Record<string, Rule>> = {
  bptt: byError({ name: 'bptt' }),
  'e-prop': byError({ name: 'eligibility', feedback: 'symmetric' }),
  'e-prop-online': byError({ name: 'eligibility', feedback: 'symmetric', mode: 'online' }),
  'random-bp-direct': byError({ name: 'random-bp' }),
  'random-bp-layered': byError({ name: 'random-bp', feedback: 'layered' }),
  decolle: byError({ name: 'decolle' }),
  hebbian,
  stdp,
}

/** Every cell, task by task; or those that are named, as `mnist/bptt`, `mnist` or `bptt`. Throws for an unknown name. */
export function cellsOf(names: readonly string[]): Cell[] {
  const all = Object.keys(gridTasks).flatMap((task) =>
    Object.keys(gridLearners).map((learner) => cellOf(task, learner)),
  )
  const isOf = ({ task, learner }: Cell, name: string) => [task, learner, `${task}/${learner}`].includes(name)
  const unknown = names.find((name) => !all.some((cell) => isOf(cell, name)))
  if (unknown !== undefined) {
    const [tasks, learners] = [gridTasks, gridLearners].map((named) => Object.keys(named).join(', '))
    throw new Error(`no cell '${unknown}': the tasks are ${tasks}; the learners are ${learners}`)
  }
  return names.length === 0 ? all : all.filter((cell) => names.some((name) => isOf(cell, name)))
}

/** What a learner trains on a task. */
function cellOf(task: string, learner: string): Cell {
  const { search, ...rule } = gridLearners[learner]!(gridTasks[task]!)
  const recipe: Recipe = {
    name: `${task}, ${learner}`,
    description: 'a cell of the grid of learners',
    source: 'hillock',
    ...gridTasks[task]!.common,
    ...rule,
  }
  return { task, learner, recipe, ranges: search.map((one) => parseRange(one)!) }
}
