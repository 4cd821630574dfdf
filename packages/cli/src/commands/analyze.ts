import { groups, type LayerStdp, type Measured, measureStdp, type PairMean, type StdpCurve } from '@hillock/analysis'
import { HillockError } from '@hillock/core'
import { type Examples, take } from '@hillock/datasets'
import { expectedInputs, recipeParts, setPath, withNeurons } from '@hillock/recipes'
import { checkPicture, plot, writePicture } from '../output/figure-file.ts'
import { printEvent } from '../output/print-event.ts'
import { grouped, percent, table } from '../output/table.ts'
import { type BackendOptions, chooseBackend, openBackend } from '../plugins/backends.ts'
import { checkClasses, type Loaded, loadTest } from '../run/data.ts'
import { openModel } from '../run/open-model.ts'
import { loadOwn } from '../run/parts.ts'
import { type Choice, chooseRecipe } from '../run/resolve-recipe.ts'

export interface AnalyzeCommand extends Choice, BackendOptions {
  readonly model?: string
  readonly data?: string
  readonly seed?: number
  readonly neurons: readonly (string | undefined)[]
  readonly surrogates: readonly (string | undefined)[]
  readonly examples?: number
  readonly window: number
  readonly out?: string
  readonly json?: boolean
}

/**
 * How the change of a weight by backpropagation depends on the time between a synapse's spikes: of a saved model, or of a recipe's network
 * before it has learnt; for each neuron and surrogate with the same weights and examples. Throws HILLOCK_USAGE if a model and a recipe are both
 * given, and what `openModel` and `chooseRecipe` throw.
 */
export async function analyze(_: 'stdp', options: AnalyzeCommand): Promise<void> {
  const { model: path, window } = options
  const given = path === undefined ? undefined : (['recipe', 'config'] as const).find((name) => options[name])
  if (given !== undefined) {
    const hint = 'the model has its own recipe, so omit one of them'
    throw new HillockError('HILLOCK_USAGE', `--model and --${given} cannot be used together`, { hint })
  }
  if (options.out !== undefined) await checkPicture(options.out)
  const model = path === undefined ? undefined : (await openModel(path, options.json)).model
  const recipe = model
    ? (options.set ?? []).reduce((before, one) => setPath(before, one), model.recipe)
    : await chooseRecipe(options)
  const seed = options.seed ?? model?.seed ?? 0
  const spec = { ...recipe.dataset, ...(options.dataset !== undefined && { name: options.dataset }) }
  checkWindow(window, recipe.steps)
  const own = await loadOwn({
    encoder: recipe.encoder,
    network: [...recipe.network, ...options.neurons.flatMap(asPart)],
  })
  const variants = options.neurons.flatMap((neuron) =>
    options.surrogates.map((surrogate) => {
      const variant = withNeurons(recipe, neuron, surrogate, own)
      recipeParts(variant, expectedInputs(variant), own)
      return { neuron, surrogate, variant }
    }),
  )
  const { backend } = await openBackend(chooseBackend(options, model ? undefined : recipe.backend), options)
  const measured: { title: string; found: Measured }[] = []
  try {
    const test = await loadTest({ ...recipe, dataset: spec }, { data: options.data, seed })
    const examples = someOf(test, spec.name, options.examples)
    for (const { neuron, surrogate, variant } of variants) {
      const parts = recipeParts(variant, examples.features, own)
      const found = await measureStdp({ ...parts, examples, backend, seed, weights: model?.weights, window })
      const title = [neuron, surrogate].filter((name) => name !== undefined).join(', ') || recipe.name
      measured.push({ title, found })
      const about = { recipe: recipe.name, trained: model !== undefined, neuron, surrogate }
      if (options.json) printEvent('stdp', { ...about, examples: examples.count, window, ...found })
      else process.stdout.write(`${describe(title, examples.count, found)}\n\n`)
    }
  } finally {
    await backend.dispose()
  }
  if (options.out === undefined) return
  const state = model === undefined ? 'untrained' : 'trained'
  const title = `${recipe.name}, ${state}: change of a weight by a pair of spikes`
  const columns = measured.map(({ title, found }) => ({ title, layers: found.layers.map(namedCurves) }))
  await writePicture(options.out, (await plot()).stdp({ title, columns }))
  if (!options.json) process.stdout.write(`written: ${options.out}\n`)
}

const asPart = (neuron: string | undefined) => (neuron === undefined ? [] : [{ neuron }])

/** Throws HILLOCK_USAGE if no step has a whole window around it. */
function checkWindow(window: number, steps: number): void {
  if (2 * window < steps) return
  const hint = `give less than half of the ${steps} time steps`
  throw new HillockError('HILLOCK_USAGE', `--window ${window} is too long`, { hint })
}

/** The first examples. Default: 64. Throws HILLOCK_USAGE if the test set has fewer. */
function someOf(test: Loaded['test'], dataset: string, count = Math.min(64, test.count)): Examples {
  checkClasses('analyze', dataset, test)
  if (!('images' in test)) {
    const hint = 'choose another --dataset'
    throw new HillockError('HILLOCK_USAGE', `${dataset} has recordings, but analyze needs images`, { hint })
  }
  if (count <= test.count) return take(test, count)
  const hint = `${dataset} has ${grouped(test.count)} test examples`
  throw new HillockError('HILLOCK_USAGE', `--examples ${count} is more than the test set has`, { hint })
}

const namedCurves = ({ layer, curves }: LayerStdp) => ({
  layer,
  curves: { 'all neurons': curves.all, 'to fire more': curves.more, 'to fire less': curves.less },
})

const rowsOf = ({ lags, causal, antiCausal, level }: StdpCurve): [string, PairMean][] => [
  ...lags.map(({ lag, ...mean }): [string, PairMean] => [String(lag), mean]),
  ['after or with (0 to window)', causal],
  ['before (-window to -1)', antiCausal],
  ['all presynaptic spikes', level],
]

function describe(title: string, examples: number, { loss, accuracy, layers }: Measured): string {
  const head = ['postsynaptic spike', ...groups.flatMap((group) => [group, 'band'])]
  const parts = layers.map(({ layer, neuron, curves }) => {
    const columns = groups.map((group) => rowsOf(curves[group]))
    const rows = columns[0]!.map(([name], i) => [
      name,
      ...columns.flatMap((column) => {
        const { mean, low, pairs } = column[i]![1]
        if (pairs === 0) return ['-', '-']
        // one example has no spread
        return [mean.toExponential(2), Number.isNaN(low) ? 'n = 1' : `± ${(mean - low).toExponential(1)}`]
      }),
    ])
    return `${layer} (${neuron})\n${table([head, ...rows])}`
  })
  return [
    `${title}: ${grouped(examples)} examples, loss ${loss.toFixed(3)}, accuracy ${percent(accuracy)}`,
    ...parts,
  ].join('\n\n')
}
