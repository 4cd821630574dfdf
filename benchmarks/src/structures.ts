import type { Trained, Workload } from './workloads.ts'

const conv = (steps: number): Workload => ({
  name: `conv-${steps}`,
  about: `12C5-P2-32C5-P2-10, T = ${steps}, B = 64, Poisson input at 0.3 x pixel`,
  sizes: [784, 12 * 12 * 12, 4 * 4 * 32, 10],
  shape: [28, 28, 1],
  layers: [{ units: 12, kernel: 5, pool: 2 }, { units: 32, kernel: 5, pool: 2 }, { units: 10 }],
  steps,
  batch: 64,
  probability: 0.3,
  surrogate: 'fastSigmoid',
  start: { trained: 100 },
  peers: ['snntorch', 'torch'],
})

const recurrent: Workload = {
  name: 'recurrent',
  about:
    '700-256 recurrent-20, T = 100, B = 64, Poisson input: 0.24 at the twentieth that stands for the class, 0.071 elsewhere',
  sizes: [700, 256, 20],
  layers: [{ units: 256, recurrent: true }, { units: 20 }],
  async data() {
    const [count, features, classes] = [1280, 700, 20]
    const own = (i: number) => (i % features) % classes === Math.floor(i / features) % classes
    const train: Trained['train'] = {
      ...{
        images: Float32Array.from({ length: count * features }, (_, i) => (own(i) ? 1 : 76 / 256)),
        count,
        features,
      },
      ...{ labels: Uint8Array.from({ length: count }, (_, i) => i % classes), classes },
    }
    return { train, test: train }
  },
  steps: 100,
  batch: 64,
  probability: 0.24,
  surrogate: 'fastSigmoid',
  start: { trained: 100 },
  peers: ['snntorch', 'torch'],
}

/** Networks of another structure than dense layers. */
export const structures: readonly Workload[] = [conv(10), conv(25), recurrent]
