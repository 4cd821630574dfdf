import { neuron as coreNeuron, cosine, encoder, fastSigmoid, poisson } from '@hillock/core'
import type { EncoderText } from '@hillock/core/encoders'
import type { NeuronText } from '@hillock/core/neurons'
import { type OptimizerText, optimizer } from '@hillock/core/optimizers'
import {
  flag,
  type Kind,
  made,
  names,
  number,
  type Options,
  other,
  param,
  text,
  whole,
  word,
} from '../../src/wrong-values.ts'
import { empty, type Factory, nothing, optional, share } from './kinds.ts'

const surrogate = made(fastSigmoid(), fastSigmoid, 'fastSigmoid', { ...fastSigmoid(), derivative: 'zzz' })
export const neuron = (params: Options['options']): Factory =>
  optional({ ...params, surrogate, learn: names([]), record: names([]) })
const firing = { reset: word('zero', 'subtract'), detach: flag, atThreshold: flag }
const reset = { reset: word('none', 'zero') }
const fromRest = param(1, { from: 0 })
const decay = param(0.5, share)
const above0 = number(0.5, { above: 0 })
const fromZero = number(0.1, { from: 0 })
const belowOne = number(0.5, { from: 0, below: 1 })
const off = other(false, (value) => typeof value === 'boolean', 1, 'false')

const lrSchedule = made(cosine(), cosine, 'cosine')
const learning = { learningRate: fromZero, lrSchedule }
const adaptive = { ...learning, beta1: belowOne, beta2: belowOne, epsilon: fromZero, decay: fromZero }
const adam = optional({ ...adaptive, amsgrad: flag, epsilonHat: flag })

const program = (right: string): Kind => ({
  right,
  wrong: [...text(right).wrong, '', 'text', 'spike = ', 'spike = nosuch(input)', 'spike = nosuch'],
})
const written = (equations: string) => ({ name: text('mine'), equations: program(equations) })
const model = {
  ...written('v = beta * v + input\nspike = heaviside(v - 1)'),
  params: other({ beta: 0.5 }, empty, { beta: null }, { beta: 'a' }, { beta: [] }, { 'a b': 1 }, { zzz: 1 }),
  bounds: other(
    { beta: [0, 1] },
    empty,
    { beta: 1 },
    { beta: [1] },
    { beta: [0, null] },
    { beta: { least: 0 } },
    { beta: [2, 3] },
    { zzz: [0, 1] },
  ),
  state: other({ v: 0 }, empty, { v: null }, { v: Number.NaN }, { v: [] }, { v: ['a'] }, { v: {} }, { 'a b': 0 }),
}
const required = ['name', 'equations', 'params', 'state']

/** Neurons, surrogates, encoders and optimizers of @hillock/core: parameters with bounds. */
export const models: Readonly<Record<string, Factory>> = {
  adaptiveLif: neuron({ beta: decay, rho: decay, strength: fromRest, threshold: fromRest, ...firing }),
  alpha: neuron({
    alpha: param(0.85, { above: 0.8, below: 1 }),
    beta: param(0.5, { above: 0, below: 0.9 }),
    threshold: fromRest,
    ...reset,
  }),
  gradedSpike: neuron({ decay, threshold: param(1, { above: 0 }), penalty: fromRest }),
  integrateAndFire: neuron({ threshold: fromRest, ...firing }),
  izhikevich: neuron({
    a: param(0.02, { from: 0, to: 2 }),
    b: param(0.2),
    c: param(-60, { below: 30 }),
    d: param(8),
    peak: param(30, { above: -65 }),
    dt: param(0.5, { above: 0, to: 1 }),
    detach: flag,
  }),
  kWinners: neuron({
    beta: decay,
    threshold: param(-1),
    resetAmount: fromRest,
    inhibition: decay,
    k: whole(2, { from: 0 }),
  }),
  lapicque: neuron({
    R: param(1, { from: 0.05 }),
    C: param(0.01, { from: 0.0005 }),
    dt: param(0.001, { above: 0, to: 0.02 }),
    threshold: fromRest,
    ...reset,
  }),
  leaky: neuron({ beta: decay, threshold: fromRest, ...reset }),
  leakyIntegrator: neuron({ beta: decay }),
  lif: neuron({ beta: decay, threshold: fromRest, ...firing }),
  linear: neuron({}),
  refractoryLif: neuron({ beta: decay, threshold: fromRest, period: param(2, { from: 0 }, true) }),
  relu: neuron({}),
  synaptic: neuron({ alpha: decay, beta: decay, threshold: fromRest, ...firing }),
  neuron: {
    takes: [{ options: { ...model, inputs: names(['input'], nothing), record: names(['v']), surrogate }, required }],
    needs: 1,
    call: (given: NeuronText) => coreNeuron(given)(),
  },

  arctan: optional({ alpha: above0 }),
  boxcar: optional({ width: above0, height: above0 }),
  fastSigmoid: optional({ slope: above0 }),
  gaussian: optional({ width: above0, height: above0 }),
  sigmoid: optional({ slope: above0 }),
  straightThrough: optional({}),
  triangular: optional({ width: above0, height: above0 }),
  surrogateFunction: { takes: [surrogate, word('derivative')], needs: 1 },

  constant: optional({}),
  spikes: optional({}),
  delta: optional({ threshold: fromRest, off: flag, before: word('first', 'zero') }),
  latency: optional({
    code: word('linear', 'logarithmic'),
    normalize: flag,
    clip: flag,
    threshold: param(0.1, { from: 1e-6, to: 1 - 1e-6 }),
  }),
  noise: optional({ offset: param(0.5) }),
  poisson: optional({ maxRate: fromRest, dt: param(0.001, { from: 0 }) }),
  regularRate: optional({ probability: fromRest }),
  rows: { takes: [made(poisson(), poisson, 'poisson')], needs: 0 },
  encoder: {
    takes: [
      { options: { ...model, range: other([0, 1], nothing, [1, 0], [0], [0, Number.NaN]), constant: flag }, required },
    ],
    needs: 1,
    call: (given: EncoderText) => encoder(given)(),
  },

  adam,
  adamW: adam,
  adamax: optional(adaptive),
  rmsProp: optional({ ...learning, smoothing: belowOne, epsilon: fromZero, decay: fromZero }),
  sgd: optional({
    ...learning,
    momentum: number(0.5, share),
    nesterov: off,
    dampening: number(0.5, share),
    decay: fromZero,
  }),
  optimizer: {
    takes: [
      {
        options: {
          ...written('weight = weight - learningRate * gradient'),
          params: other(
            { learningRate: 0.5 },
            nothing,
            { learningRate: null },
            { learningRate: [1, 2] },
            { learningRate: 2 },
          ),
          bounds: other({ learningRate: [0, 1] }, empty, { learningRate: 1 }, { learningRate: [1] }, { zzz: [0, 1] }),
          state: other({}, empty, { m: null }, { m: [] }, { m: 0 }),
        },
        required: ['name', 'equations', 'params', 'bounds'],
      },
    ],
    needs: 1,
    call: (given: OptimizerText) => optimizer(given)(),
  },
}
