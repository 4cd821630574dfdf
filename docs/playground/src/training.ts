import {
  type BackendName,
  type DataName,
  defaults,
  fromFiles,
  type LearnerName,
  outputsSpike,
  type Settings,
  type Swap,
  swapsOf,
  type Usual,
  usual,
} from './settings.ts'

/** What a run follows from; when one of them changes it begins anew. */
export interface Training {
  readonly data: DataName
  readonly recipe: 'demo' | 'yin-yang' | 'n-mnist'
  readonly learner: LearnerName
  readonly backend: BackendName
  readonly swaps: readonly Swap[]
  readonly seed: number
  readonly epochs: number
  /** Changes of the recipe, as `hillock train --set` takes them. */
  readonly changes: readonly string[]
}

export function trainingOf(settings: Settings): Training {
  const { data, learner, backend, seed, epochs, surrogate, optimizer, neuron } = settings
  // equations have the names that they have, a threshold need not be among them, and they bring their surrogate
  const spiking = [...(neuron === '' ? ['network.1'] : []), ...(outputsSpike(data) ? ['network.3'] : [])]
  const table: readonly (readonly [name: keyof Usual, paths: readonly string[]])[] = [
    ...(fromFiles(data)
      ? []
      : ([
          ['train', ['dataset.train']],
          ['test', ['dataset.test']],
        ] as const)),
    ['steps', ['steps']],
    ['batch', ['batchSize']],
    ['hidden', ['network.0.dense']],
    ['threshold', spiking.map((path) => `${path}.threshold`)],
    ['rate', ['learner.optimizer.learningRate']],
  ]
  const files = [
    ...(data === 'files' ? ['dataset.name=mnist'] : []),
    ...(fromFiles(data) ? [`dataset.limit=${settings.train}`] : []),
  ]
  const changed = table.filter(([name]) => settings[name] !== usual[data][name])
  const parts = [
    ...(neuron === '' ? [] : [`network.1=${neuron}`]),
    ...(surrogate === defaults.surrogate ? [] : spiking.map((path) => `${path}.surrogate={"name":"${surrogate}"}`)),
    ...(optimizer === defaults.optimizer ? [] : [`learner.optimizer.name=${optimizer}`]),
  ]
  const changes = [
    ...files,
    ...parts,
    ...changed.flatMap(([name, paths]) => paths.map((path) => `${path}=${settings[name]}`)),
  ]
  const recipe = data === 'yin-yang' ? 'yin-yang' : data === 'recordings' ? 'n-mnist' : 'demo'
  return { data, recipe, learner, backend, swaps: swapsOf(settings.swaps), seed, epochs, changes }
}

/** The runs that a view shows: one, or two that differ in their learner alone. */
export function trainingsOf(settings: Settings): readonly Training[] {
  if (settings.view !== 'two') return [trainingOf(settings)]
  return [settings.learner, settings.other].map((learner) => trainingOf({ ...settings, learner, swaps: '' }))
}
