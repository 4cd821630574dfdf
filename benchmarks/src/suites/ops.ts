import { adam, adaptiveLif, type Backend, leaky, lif, type Neuron, synaptic } from '@hillock/core'
import { evaluateSetup } from '@hillock/core/backend'
import { type Tensor, updateTensors } from '@hillock/core/learner'
import { sizeOf } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'
import { type Contender, label } from '../backends.ts'
import { digits, spread, table } from '../markdown.ts'
import type { Report } from '../results.ts'
import { measure } from './measure.ts'
import { scansOf } from './neurons.ts'

const [steps, batch, inputs, size] = [50, 64, 784, 128]
const densities = [0.005, 0.013, 0.05, 0.1, 0.15, 0.25, 0.5]
const neurons: readonly Neuron[] = [lif(), leaky(), synaptic(), adaptiveLif()]

/** Makes what an operation works on, on a backend, and gives the call to time. */
type Prepare = (backend: Backend, draw: () => number) => () => void

const fill = (backend: Backend, shape: readonly number[], value: () => number, kind?: Tensor['kind']): Tensor => {
  const tensor = backend.alloc(shape, kind)
  backend.write(tensor, Float32Array.from({ length: sizeOf(shape) }, value))
  return tensor
}

const spikes = (backend: Backend, shape: readonly number[], density: number, draw: () => number) =>
  fill(backend, shape, () => (draw() < density ? 1 : 0), 'spikes')

const shape = (...sizes: number[]) => `[${sizes.join(', ')}]`

function operations(): [name: string, prepare: Prepare][] {
  const gather = densities.map((density): [string, Prepare] => [
    `spikes ${shape(steps, batch, inputs)} at ${density} x ${shape(inputs, size)}`,
    (backend, draw) => {
      const a = spikes(backend, [steps, batch, inputs], density, draw)
      const [b, out] = [fill(backend, [inputs, size], draw), backend.alloc([steps, batch, size])]
      return () => backend.matmul(a, b, out)
    },
  ])
  const scatter = densities.map((density): [string, Prepare] => [
    `spikes ${shape(steps, batch, inputs)} at ${density}, transposed, x ${shape(steps, batch, size)}`,
    (backend, draw) => {
      const a = spikes(backend, [steps, batch, inputs], density, draw)
      const [b, out] = [fill(backend, [steps, batch, size], draw), backend.alloc([inputs, size])]
      return () => backend.matmul(a, b, out, { transposeA: true })
    },
  ])
  const real: [string, Prepare][] = [
    [
      `reals ${shape(batch, inputs)} x ${shape(inputs, size)}`,
      (backend, draw) => {
        const [a, b] = [fill(backend, [batch, inputs], draw), fill(backend, [inputs, size], draw)]
        const out = backend.alloc([batch, size])
        return () => backend.matmul(a, b, out)
      },
    ],
    [
      `reals ${shape(steps, batch, size)} x ${shape(size, size)} transposed`,
      (backend, draw) => {
        const [a, b] = [fill(backend, [steps, batch, size], draw), fill(backend, [size, size], draw)]
        const out = backend.alloc([steps, batch, size])
        return () => backend.matmul(a, b, out, { transposeB: true })
      },
    ],
  ]
  const scans = neurons.flatMap((neuron) =>
    (['forward', 'backward'] as const).map((way): [string, Prepare] => [
      `${neuron.name} ${way} ${shape(steps, batch, size)}`,
      (backend, draw) => {
        const rows = (scale: number) => fill(backend, [steps, batch, size], () => scale * draw())
        return scansOf(neuron, backend, [steps, batch, size], rows)[way]
      },
    ]),
  )
  const update: [string, Prepare] = [
    `adam ${shape(inputs, size)}`,
    (backend, draw) => {
      const filled = () => fill(backend, [inputs, size], draw)
      const [weight, gradient, m, v] = [filled(), filled(), filled(), filled()]
      const optimizer = adam()
      const values = evaluateSetup(optimizer.kernels.compiled, { ...optimizer.params, step: 1 }, 1)
      const setup = values as Record<string, number>
      return () => updateTensors(backend, optimizer, { weight, gradient, moments: { m, v } }, setup)
    },
  ]
  return [...gather, ...scatter, ...real, ...scans, update]
}

/** Single operations of the tutorial's shapes on each backend, each until its result is there. */
export async function opsSuite(on: readonly Contender[]): Promise<Report> {
  const list = operations()
  const figures = await measure(
    list.flatMap(([operation, prepare]) =>
      on.map((contender) => async () => {
        const backend = await contender.make()
        const run = prepare(backend, generator(1, stream.noise).uniform)
        const tiny = backend.alloc([1])
        return {
          labels: { operation, backend: label(contender) },
          run: () => {
            run()
            return backend.read(tiny)
          },
          end: () => backend.dispose(),
        }
      }),
    ),
    { time: 200 },
  )
  const rows = figures.map(({ labels, ms }) => [
    `${labels.operation}`,
    `${labels.backend}`,
    digits(ms.median),
    spread(ms),
  ])
  return {
    name: 'ops',
    title: 'Single operations',
    about: 'Median ms of an operation with the shapes of the tutorial step, waiting for its end.',
    figures,
    tables: table([['operation', 'backend', 'ms', 'quartiles'], ...rows]),
  }
}
