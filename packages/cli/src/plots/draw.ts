import { observeExample } from '@hillock/analysis'
import { HillockError, type Layer, type Session } from '@hillock/core'
import { subset } from '@hillock/datasets'
import type { Figure } from '@hillock/plot'
import { type SavedModel, sessionOf } from '@hillock/recipes'
import { plot } from '../output/figure-file.ts'
import { grouped } from '../output/table.ts'
import { type BackendOptions, chooseBackend, openBackend } from '../plugins/backends.ts'
import { checkClasses, type Loaded, loadTest } from '../run/data.ts'
import { chooseLayer, chooseNeurons } from './choose-layer.ts'
import { countsOf, inputOf, membraneOf, rasterOf, type Sample, statesOf } from './of-example.ts'
import { curvesOf, densityOf, readReports } from './of-run.ts'
import { templatesOf, weightsOf } from './of-weights.ts'
import { membraneName, recording } from './recording.ts'

type OfExample = 'raster' | 'membrane' | 'states' | 'counts' | 'input'

export type PlotKind = OfExample | 'weights' | 'templates' | 'confusion' | 'curves' | 'density'

export interface DrawOptions extends BackendOptions {
  readonly model: string
  readonly kind: PlotKind
  readonly sample?: number
  readonly layer?: string
  readonly neurons?: readonly number[]
  /** States, records or other names of the neuron's equations; `spike` is what goes out. */
  readonly show?: readonly string[]
  readonly dataset?: string
  readonly data?: string
}

export interface Drawn {
  readonly figure: Figure
  /** What it shows, for programs. */
  readonly about?: object
}

/**
 * A picture of a model. Throws HILLOCK_USAGE if the model or its data do not have what is to be drawn, and what `loadTest` and `openBackend` throw.
 */
export async function draw(
  model: SavedModel,
  bytes: Uint8Array,
  options: DrawOptions,
  status: (message: string) => void,
): Promise<Drawn> {
  const { kind } = options
  switch (kind) {
    case 'curves':
      return { figure: await curvesOf(model, await readReports(model, bytes, options.model)) }
    case 'density':
      return { figure: await densityOf(model, await readReports(model, bytes, options.model)) }
    case 'weights':
      return { figure: await weightsOf(model, options) }
    case 'templates':
      return { figure: await templatesOf(model) }
  }
  const { recipe, seed } = model
  const spec = { ...recipe.dataset, ...(options.dataset !== undefined && { name: options.dataset }) }
  const load = () => loadTest({ ...recipe, dataset: spec }, { data: options.data, seed })
  if (kind === 'confusion') {
    return atWork(model, options, async (session) => {
      const test = await load()
      status(`evaluating ${grouped(test.count)} examples ...`)
      return confusion(model, spec.name, test, session)
    })
  }
  const ofExample = async (drawn: (sample: Sample) => Promise<Drawn>): Promise<Drawn> => {
    const sample = sampleOf(await load(), spec.name, options.sample)
    const { figure, about } = await drawn(sample)
    return { figure, about: { dataset: spec.name, sample: sample.number, ...labelOf(sample), ...about } }
  }
  if (kind === 'input') return ofExample(async (sample) => ({ figure: await inputOf(model, sample) }))
  return exampleAtWork(model, kind, options, ofExample)
}

function sampleOf(test: Loaded['test'], dataset: string, number = 0): Sample {
  if (number < test.count) return { example: subset(test, [number]), number }
  const hint = `${dataset} has ${grouped(test.count)} of them, from 0`
  throw new HillockError('HILLOCK_USAGE', `there is no test example ${number}`, { hint })
}

/** Draws what a network does with an example; what is asked of the network is looked at before that is loaded. */
function exampleAtWork(
  given: SavedModel,
  kind: Exclude<OfExample, 'input'>,
  options: DrawOptions,
  ofExample: (drawn: (sample: Sample) => Promise<Drawn>) => Promise<Drawn>,
): Promise<Drawn> {
  const layer = chooseLayer(given.network, options.layer)
  const show = namesToShow(kind, layer, options.show)
  const neurons = options.neurons && chooseNeurons(layer, options.neurons)
  const model = recording(given, layer, show)
  return atWork(model, options, (session) =>
    ofExample(async (sample) => {
      const watched = { ...sample, observed: await observeExample(session, sample.example, model.recipe.steps) }
      switch (kind) {
        case 'raster':
          return { figure: await rasterOf(model, watched) }
        case 'membrane':
          return { figure: await membraneOf(model, watched, layer, show[0]!, neurons) }
        case 'states':
          return { figure: await statesOf(model, watched, layer, show) }
      }
      checkClasses(`--kind ${kind}`, model.recipe.dataset.name, sample.example)
      const prediction = (await session.evaluate(sample.example)).predictions[0]!
      return { figure: await countsOf(model, watched, prediction), about: { prediction } }
    }),
  )
}

function namesToShow(kind: OfExample, layer: Layer, given: readonly string[] | undefined): readonly string[] {
  if (kind === 'states') return given ?? [...Object.keys(layer.neuron.definition.state).slice(0, 1), 'spike']
  if (kind !== 'membrane') return []
  const names = given ?? [membraneName(layer)]
  if (names.length === 1) return names
  const hint = 'give one, or take --kind states'
  throw new HillockError('HILLOCK_USAGE', `--show ${names.join(',')}: a membrane is one of them`, { hint })
}

const labelOf = ({ example }: Sample) => ('labels' in example ? { label: example.labels[0] } : {})

async function confusion(model: SavedModel, dataset: string, test: Loaded['test'], session: Session): Promise<Drawn> {
  checkClasses('--kind confusion', dataset, test)
  const { accuracy, predictions } = await session.evaluate(test)
  const title = `${model.recipe.name}: confusion on the test examples of ${dataset}`
  const classes = model.network.layers.at(-1)!.size
  const figure = (await plot()).confusion({ title, classes, labels: test.labels, predictions })
  return { figure, about: { dataset, examples: test.count, testAccuracy: accuracy } }
}

async function atWork<T>(model: SavedModel, options: DrawOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const { backend } = await openBackend(chooseBackend(options), options)
  const session = sessionOf(model, backend)
  try {
    return await work(session)
  } finally {
    await session.dispose()
  }
}
