/** What the page shows and trains: everything in its address. */
export interface Settings {
  readonly view: View
  readonly data: DataName
  /** What the run begins with. */
  readonly learner: LearnerName
  readonly backend: BackendName
  readonly surrogate: SurrogateName
  readonly optimizer: OptimizerName
  /** The hidden neurons as equations, with their surrogate, JSON of a part of a recipe's network; '' for those of the recipe. */
  readonly neuron: string
  /** What is swapped while it trains: `37:eligibility,80:webgpu` are a learner and a backend after so many batches. */
  readonly swaps: string
  /** The second of two learners. */
  readonly other: LearnerName
  readonly seed: number
  /** Time steps T. */
  readonly steps: number
  readonly batch: number
  readonly rate: number
  readonly hidden: number
  readonly threshold: number
  readonly epochs: number
  /** Sizes of the training set and the test set. */
  readonly train: number
  readonly test: number
  /** The test example that is shown. */
  readonly example: number
  /** The neuron that is looked at: `layer1.5`. */
  readonly pick: string
  readonly equations: string
  /** `beta=0.9, threshold=1` */
  readonly params: string
  /** `v=0` */
  readonly states: string
  /** The surrogate of the equations: `fastSigmoid slope=25` */
  readonly derivative: string
  readonly current: CurrentKind
  /** The current that is drawn by hand: `A20z5`, a letter for a height and how many steps it lasts. */
  readonly drawn: string
  readonly level: number
}

export const views = ['network', 'two', 'draw', 'neuron', 'open'] as const
export type View = (typeof views)[number]
export const learners = ['bptt', 'random-bp', 'eligibility', 'decolle'] as const
export type LearnerName = (typeof learners)[number]
/** The wasm backend on all threads or on one, and a GPU. */
export const backends = ['wasm', 'wasm-one-thread', 'webgpu'] as const
export type BackendName = (typeof backends)[number]
export const surrogates = [
  'fastSigmoid',
  'arctan',
  'sigmoid',
  'gaussian',
  'triangular',
  'boxcar',
  'straightThrough',
] as const
export type SurrogateName = (typeof surrogates)[number]
export const optimizers = ['adam', 'adamW', 'adamax', 'rmsProp', 'sgd'] as const
export type OptimizerName = (typeof optimizers)[number]
export const currents = ['steps', 'ramp', 'poisson', 'drawn'] as const
export type CurrentKind = (typeof currents)[number]

/** Digits that are generated, points of three classes, and what is dropped on the page: idx files of MNIST's family, recordings of N-MNIST. */
export const dataNames = ['glyphs', 'yin-yang', 'files', 'recordings'] as const
export type DataName = (typeof dataNames)[number]

export const fromFiles = (data: DataName): boolean => data === 'files' || data === 'recordings'
/** Whether the last layer fires; else it adds up its input. */
export const outputsSpike = (data: DataName): boolean => data !== 'yin-yang' && data !== 'recordings'
/** Whether examples are images that can be drawn on the pad. */
export const drawable = (data: DataName): boolean => data === 'glyphs' || data === 'files'

export type Usual = Pick<Settings, 'steps' | 'batch' | 'rate' | 'hidden' | 'threshold' | 'train' | 'test' | 'epochs'>

/** Of the recipes that data are trained with; of epochs and of files, what a page has patience for. */
export const usual: Readonly<Record<DataName, Usual>> = {
  glyphs: { steps: 20, batch: 32, rate: 0.002, hidden: 128, threshold: 1, train: 2000, test: 500, epochs: 8 },
  'yin-yang': { steps: 60, batch: 50, rate: 0.01, hidden: 120, threshold: 1, train: 6000, test: 1000, epochs: 20 },
  files: { steps: 20, batch: 32, rate: 0.002, hidden: 128, threshold: 1, train: 6000, test: 2000, epochs: 3 },
  recordings: { steps: 30, batch: 32, rate: 0.001, hidden: 256, threshold: 1, train: 6000, test: 2000, epochs: 5 },
}

/** Of a network those of the recipe `demo`. */
export const defaults: Settings = {
  view: 'network',
  data: 'glyphs',
  learner: 'bptt',
  backend: 'wasm',
  surrogate: 'fastSigmoid',
  optimizer: 'adam',
  neuron: '',
  swaps: '',
  other: 'decolle',
  seed: 0,
  steps: 20,
  batch: 32,
  rate: 0.002,
  hidden: 128,
  threshold: 1,
  epochs: 8,
  train: 2000,
  test: 500,
  example: 0,
  pick: '',
  equations: 'pre = beta * v + input\nspike = heaviside(pre - threshold)\nv = pre - threshold * detach(spike)',
  params: 'beta=0.9, threshold=1',
  states: 'v=0',
  derivative: 'fastSigmoid slope=25',
  current: 'steps',
  drawn: '',
  level: 0.3,
}

/** Least and greatest values; whole numbers where the default is one, but for the threshold. */
export const ranges = {
  seed: [0, 2 ** 32 - 1],
  steps: [1, 100],
  batch: [1, 256],
  rate: [1e-5, 1],
  hidden: [1, 1024],
  threshold: [0, 20],
  epochs: [1, 100],
  train: [10, 60_000],
  test: [10, 2000],
  example: [0, 1999],
  level: [0, 10],
} as const

export type NumberName = keyof typeof ranges
const fractions: readonly string[] = ['rate', 'threshold', 'level']

/** A number as the setting takes it, or undefined. */
export function numberFor(name: NumberName, text: string): number | undefined {
  const value = Number(text)
  const [least, most] = ranges[name]
  const fits = text.trim() !== '' && value >= least && value <= most
  return fits && (fractions.includes(name) || Number.isInteger(value)) ? value : undefined
}

const choices: Readonly<Record<string, readonly string[]>> = {
  view: views,
  data: dataNames,
  learner: learners,
  backend: backends,
  surrogate: surrogates,
  optimizer: optimizers,
  other: learners,
  current: currents,
}

/** A learner or a backend that goes on after so many batches. */
export interface Swap {
  readonly batch: number
  readonly to: LearnerName | BackendName
}

/** Swaps of an address; what is none is left out. */
export const swapsOf = (text: string): Swap[] =>
  text.split(',').flatMap((each) => {
    const [batch = '', to = ''] = each.split(':')
    const known = ([...learners, ...backends] as readonly string[]).includes(to)
    return known && /^\d{1,9}$/.test(batch) ? [{ batch: Number(batch), to: to as Swap['to'] }] : []
  })

export const isLearner = (name: string): name is LearnerName => (learners as readonly string[]).includes(name)

/** What is at work when all swaps are done. */
export function latest(settings: Settings): { readonly learner: LearnerName; readonly backend: BackendName } {
  let { learner, backend } = settings
  for (const { to } of swapsOf(settings.swaps)) {
    if (isLearner(to)) learner = to
    else backend = to
  }
  return { learner, backend }
}

/** The settings with one more swap. */
export const withSwap = (settings: Settings, { batch, to }: Swap): Settings => ({
  ...settings,
  swaps: [...swapsOf(settings.swaps), { batch, to }].map((each) => `${each.batch}:${each.to}`).join(','),
})

/** The part of an address behind #: what differs from the defaults. */
export function toHash(settings: Settings): string {
  const entries = Object.entries(settings).filter(([name, value]) => value !== defaults[name as keyof Settings])
  return new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString()
}

/** Settings of an address; what is not known or out of range is left at its default. */
export function fromHash(hash: string): Settings {
  const given = [...new URLSearchParams(hash.replace(/^#/, ''))].flatMap(([name, text]) => {
    if (!Object.hasOwn(defaults, name)) return []
    if (Object.hasOwn(ranges, name)) {
      const value = numberFor(name as NumberName, text)
      return value === undefined ? [] : [[name, value]]
    }
    return choices[name]?.includes(text) === false || text.length > 5000 ? [] : [[name, text]]
  })
  const settings: Settings = { ...defaults, ...Object.fromEntries(given) }
  return { ...settings, example: Math.min(settings.example, settings.test - 1) }
}
