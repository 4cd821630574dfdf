import { type Backend, conv2d } from '@hillock/core'
import type { Tensor } from '@hillock/core/learner'
import { sizeOf } from '@hillock/core/options'

/** A convolution, by the side of its square image. */
interface Convolution {
  readonly side: number
  readonly from: number
  readonly channels: number
  readonly kernel: number
  readonly padding: number
  readonly steps: number
}

const batch = 32
const convolutions: readonly Convolution[] = [
  { side: 28, from: 1, channels: 12, kernel: 5, padding: 0, steps: 25 },
  { side: 34, from: 2, channels: 16, kernel: 3, padding: 1, steps: 25 },
  { side: 16, from: 64, channels: 64, kernel: 3, padding: 1, steps: 10 },
]
/** Shares of inputs that fire, and of inputs whose adjoint has an effect. */
const [densities, needs] = [
  [0.02, 0.1, 0.3],
  [0.25, 0.1],
]

/** Makes a tensor of random values: reals in [0, 1), or spikes of a density. */
export type Fill = (backend: Backend, shape: readonly number[], draw: () => number, density?: number) => Tensor

/** Convolutions of spikes, gradients of their weights and, where a layer lies below, adjoints of their input. */
export const ofConvolutions = (fill: Fill) =>
  convolutions.flatMap(({ side, from, channels, kernel, padding, steps }) => {
    const { wiring, weights, to } = conv2d(channels, kernel, { padding }).connect([side, side, from])
    const [inputs, outputs] = [side * side * from, sizeOf(to)]
    const name = `${side}x${side}x${from} to ${channels}C${kernel}, T ${steps}, B ${batch}`
    const tensors = (backend: Backend, draw: () => number) => ({
      x: (density: number) => fill(backend, [steps, batch, inputs], draw, density),
      w: fill(backend, weights, draw),
      delta: fill(backend, [steps, batch, outputs], draw),
    })
    type Run = (backend: Backend, draw: () => number) => () => void
    const spiking = densities.flatMap((density): [string, Run][] => [
      [
        `${name}, at ${density}`,
        (backend, draw) => {
          const { x, w, delta: out } = tensors(backend, draw)
          const given = x(density)
          return () => backend.matmul(given, w, out, { wiring: wiring! })
        },
      ],
      [
        `gradient of ${name}, at ${density}`,
        (backend, draw) => {
          const { x, w, delta } = tensors(backend, draw)
          const given = x(density)
          return () => backend.matmul(given, delta, w, { wiring: wiring!, transposeA: true })
        },
      ],
    ])
    const adjoint = (share?: number): [string, Run] => [
      `adjoint of ${name}${share === undefined ? '' : `, ${share} of it needed`}`,
      (backend, draw) => {
        const { x, w, delta } = tensors(backend, draw)
        const out = backend.alloc([steps, batch, inputs])
        const needed = share === undefined ? {} : { needed: x(share) }
        return () => backend.matmul(delta, w, out, { wiring: wiring!, transposeB: true, ...needed })
      },
    ]
    return from < 4 ? spiking : [...spiking, adjoint(), ...needs.map(adjoint)]
  })
