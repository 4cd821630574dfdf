import { wasm } from '@hillock/backend-wasm'
import { crossEntropy, dense, lif, neurons, poisson, reference, type Snapshot, sequential } from '@hillock/core'
import { type Input, parametersOf } from '@hillock/core/network'
import { bptt } from '@hillock/learner-bptt'
import { callable, flag, type Kind, made, number, other, param, text, whole, word } from '../../src/wrong-values.ts'
import { type Factory, list, nothing, numbers, optimizer, optional, regularize, seeds, share } from './kinds.ts'
import { neuron } from './models.ts'

const fromZero = number(0.1, { from: 0 })
const above0 = number(0.5, { above: 0 })
const part = number(0.5, share)
const orNone: Kind = { right: 2, wrong: number(2, { from: 0 }).wrong.filter((value) => value !== Infinity) }

const network = sequential(784, [dense(10), lif()])
const start = (): Snapshot =>
  new Map(parametersOf(network.layers[0]!).map(({ name, shape, initial }) => [name, { shape, values: initial(1) }]))
const counters = { epochs: 0, batches: 0, position: 0 }
const initializers = [
  'zero',
  { uniform: [1, 0] },
  { uniform: -1 },
  { normal: -1 },
  { normal: [0, -1] },
  { normal: [0] },
]

/** How many inputs there are, or their shape. */
const shape = other(
  784,
  (value) => Array.isArray(value) && value[0] === 1,
  0,
  -1,
  784.5,
  '784',
  [784, 0],
  [784.5],
  [[784]],
)

/** The rest of what @hillock/core makes: losses, schedules, networks, sessions. */
export const runs: Readonly<Record<string, Factory>> = {
  crossEntropy: optional({ on: text('v'), reduce: word('sum', 'mean', 'max', 'last', 'each') }),
  firingRate: optional({ low: number(0.1, share), high: orNone, strength: fromZero }),
  meanSquaredError: optional({
    on: text('v'),
    reduce: word('sum', 'each'),
    correct: number(0.8),
    incorrect: number(0.1),
  }),
  negativeLogLikelihood: optional({ on: text('v') }),
  cosine: optional({ warmup: whole(3, { from: 0 }), floor: part }),
  perEpoch: {
    takes: [
      numbers(
        [1, 0.5],
        [[1, -1], [1, Infinity], new Float32Array(0)],
        (value) => Array.isArray(value) && value[0] === 1,
      ),
    ],
    needs: 1,
  },
  dense: {
    takes: [
      whole(3),
      {
        options: {
          weight: other('zeros', nothing, ...initializers, { constant: '1' }, { constant: 1, uniform: 1 }),
          bias: other(false, (value) => value === true, ...initializers, 0),
        },
      },
    ],
    needs: 1,
  },
  network: {
    takes: [
      shape,
      other(
        (input: Input) => neurons(lif(), [dense(10), input]),
        (value) => typeof value === 'function' && value.prototype !== undefined,
        (input: Input) => input,
        () => neurons(lif(), [dense(10), null as never]),
        (input: Input) => neurons(lif(), [dense as never, input]),
        (input: Input) => neurons(lif(), [dense(10), input, { curent: 'input' } as never]),
        () => neurons(lif()),
      ),
    ],
    needs: 2,
  },
  sequential: {
    takes: [
      shape,
      other(
        [dense(10), lif()],
        nothing,
        [dense(10)],
        [lif(), dense(10)],
        [dense, lif],
        [dense(10), lif],
        [null, null],
        [{ units: 3 }, lif()],
        [dense(10), lif({ beta: [0.5, 0.5] })],
      ),
    ],
    needs: 2,
  },
  createSession: {
    takes: [
      {
        options: {
          network: made(network, sequential, [dense(10), lif()]),
          learner: made(bptt(), bptt, 'bptt'),
          encoder: made(poisson(), poisson, 'poisson', poisson({ probability: [0.5, 0.5] })),
          loss: made(crossEntropy(), crossEntropy, 'crossEntropy', crossEntropy({ on: 'vv' })),
          steps: whole(2),
          backend: made(reference(), reference, 'wasm', wasm),
          seed: whole(7, seeds),
          snapshot: made(start(), new Map([['layer1.weight', { shape: [1], values: [1] }]])),
          counters: made(counters, { ...counters, epochs: 1 }, { ...counters, batches: 2 ** 31 }, { epochs: 0 }),
        },
        required: ['network', 'learner', 'encoder', 'loss', 'steps'],
      },
    ],
    needs: 1,
  },
  reference: { takes: [] },
  oracle: optional({ round: callable, heaviside: callable }),
  checked: { takes: [made(reference(), reference)], needs: 1 },
  checkRange: {
    takes: [
      made(poisson(), poisson),
      numbers([0, 1], [[2], [-1]], (value) => list(value) && [undefined, 1].includes((value as number[])[0])),
    ],
    needs: 2,
  },
  generator: { takes: [whole(1, seeds), whole(0, { from: 0, to: 255 }), whole(0, seeds), whole(0, seeds)], needs: 2 },
}

const layers = [
  [],
  [{}],
  [null],
  ['oja'],
  [{ rule: 'zzz' }],
  [{ rule: 'oja', learningRate: 2 }],
  [{ rule: 'oja', rat: 0.1 }],
  [{ rule: 'oja', k: 1.5 }],
  [{ rule: 'oja', decay: 2 }],
  [{ rule: 'oja', normalize: 1 }],
  [{ rule: 'oja', clip: -1 }],
  [{ rule: 'oja', threshold: '1' }],
  [{ rule: 'outstar', floor: 0 }],
]

/** Of the plugins, by package. */
export const plugins: Readonly<Record<string, Readonly<Record<string, Factory>>>> = {
  '@hillock/backend-wasm': {
    wasm: optional({
      threads: whole(1),
      fma: other(false, (value) => typeof value === 'boolean', 0, 'false'),
      onKernel: callable,
    }),
  },
  '@hillock/backend-tfjs': {
    tfjs: optional({ backend: word('cpu', 'wasm') }),
    isAvailable: optional({ backend: word('cpu', 'wasm') }),
    asLayer: {
      takes: [
        made(network, sequential, [dense(10), lif()]),
        {
          options: {
            steps: whole(5),
            encoder: made(poisson(), poisson, 'poisson'),
            reads: other('v', (value) => value === 'spike', 'vv', 1),
            returnSequences: flag,
            seed: whole(0, seeds),
            snapshot: made(start(), new Map([['layer1.weight', { shape: [1], values: [1] }]])),
            name: other('digits', (value) => typeof value === 'string' && value !== ''),
          },
        },
      ],
      needs: 1,
    },
  },
  '@hillock/learner-bptt': { bptt: optional({ optimizer, window: whole(3), regularize, recompute: whole(16) }) },
  '@hillock/learner-decolle': {
    decolle: optional({
      optimizer,
      deviation: above0,
      regularize,
    }),
  },
  '@hillock/learner-eligibility': {
    eligibility: optional({
      optimizer,
      trace: word('neuron', 'exponential'),
      feedback: other('random', (value) => typeof value === 'function', 'zzz'),
      deviation: above0,
      error: word('output', 'current'),
      mode: word('algebraic', 'online'),
      regularize,
    }),
  },
  '@hillock/learner-random-bp': {
    randomBp: optional({
      optimizer,
      feedback: word('direct', 'layered'),
      deviation: above0,
      window: whole(2),
      average: word('none', 'window'),
      regularize,
    }),
  },
  '@hillock/learner-hebbian': {
    hebbian: {
      takes: [
        { options: { layers: other([{ rule: 'oja' }], nothing, ...layers), teacher: part }, required: ['layers'] },
      ],
      needs: 1,
    },
  },
  '@hillock/learner-reward': {
    escapeLif: neuron({ beta: param(0.5, share), threshold: param(1, { from: 0 }), width: param(1, { above: 0 }) }),
    reward: optional({
      rule: word('stdp', 'max'),
      reward: callable,
      environment: made({ begin() {}, observe() {}, act() {} }),
      period: whole(16),
      encoder: made(poisson(), poisson, 'poisson'),
      pairs: {
        options: {
          potentiation: fromZero,
          depression: fromZero,
          preDecay: part,
          postDecay: part,
          bounds: other([0, 1], nothing, [1, 0], [0], [0, 1, 2], [0, Number.NaN], ['0', '1']),
        },
      },
      optimizer,
      keep: part,
      expected: number(0.5),
      memory: part,
    }),
  },
  '@hillock/learner-stdp': {
    stdp: optional({
      potentiation: fromZero,
      depression: fromZero,
      preDecay: part,
      postDecay: part,
      bounds: other([0, 1], nothing, [1, 0], [0], [0, 1, 2], [0, Number.NaN], ['0', '1']),
      soft: flag,
      total: fromZero,
      homeostasis: { options: { raise: fromZero, fade: part, rest: number(1) }, required: ['raise', 'rest'] },
      readout: { options: { learningRate: part, floor: number(0.1, { from: 1e-6, to: 1 }) } },
    }),
  },
}
