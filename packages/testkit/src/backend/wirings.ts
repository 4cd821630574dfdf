import type { Backend } from '@hillock/core'
import { type MatmulOptions, weightsOf } from '@hillock/core/backend'
import { oneToOne } from '@hillock/core/connections'
import type { Tensor } from '@hillock/core/learner'
import { sizeOf } from '@hillock/core/options'
import { expectNear, expectRefused, expectSame } from '../assert.ts'
import { holding, noise } from '../rig.ts'
import type { Part } from './part.ts'
import { type Case, cases, connected, sizes } from './wiring-cases.ts'

/** Sixteenths: products and sums of a few thousand are exact in f32, whatever the order. */
const sixteenths = (count: number, seed: number) => noise(count, seed).map((x) => Math.round(32 * x) / 16)
const spikes = (count: number, seed: number, density: number) => noise(count, seed).map((x) => +(x / 2 + 0.5 < density))

/** The products of an input and a weight that go into an output, by the definition of a wiring: the places of the three, one after another. */
function define({ wiring, steps, batch }: Case): Int32Array {
  const places: number[] = []
  const { from, to, diagonal, start, site, slot, lag } = wiring
  const [inputs, outputs] = sizes(wiring)
  for (let t = 0; t < steps[1]; t++) {
    for (let b = 0; b < batch; b++) {
      for (let q = 0; q < to.count; q++) {
        for (let pair = start[q]!; pair < start[q + 1]!; pair++) {
          const then = t - (lag?.[pair] ?? 0)
          if (then < 0 || then >= steps[0]) continue
          const x = (then * batch + b) * inputs + site[pair]! * from.width
          const y = (t * batch + b) * outputs + q * to.width
          for (let i = 0; i < from.width; i++) {
            const w = slot[pair]! * from.width + i
            if (diagonal) places.push(x + i, w, y + i)
            else for (let j = 0; j < to.width; j++) places.push(x + i, w * to.width + j, y + j)
          }
        }
      }
    }
  }
  return Int32Array.from(places)
}

const defined = new WeakMap<Case, Int32Array>()

/** The same, made once for all tests. */
function productsOf(given: Case): Int32Array {
  const places = defined.get(given) ?? define(given)
  defined.set(given, places)
  return places
}

interface Form {
  readonly options?: Pick<MatmulOptions, 'transposeA' | 'transposeB' | 'accumulate'>
  /** A value for each channel of a site, or for each neuron. */
  readonly bias?: 'channels' | 'neurons'
  /** The share of what is needed. */
  readonly activeMask?: number
  /** Tried on all cases; others are on a third of them. */
  readonly plain?: boolean
}

const forms: Readonly<Record<string, Form>> = {
  'the product': { plain: true },
  'the product and a bias for each channel': { bias: 'channels' },
  'the product and a bias for each neuron': { bias: 'neurons' },
  'the product added to what is there': { options: { accumulate: true } },
  'the adjoint': { options: { transposeB: true }, plain: true },
  'the adjoint and a bias': { options: { transposeB: true }, bias: 'neurons' },
  'the adjoint added to what is there': { options: { transposeB: true, accumulate: true } },
  'the adjoint of which a tenth is needed': { options: { transposeB: true }, activeMask: 0.1 },
  'the adjoint and a bias of which a third is needed': {
    options: { transposeB: true },
    bias: 'neurons',
    activeMask: 0.3,
  },
  'the adjoint of which most is needed': { options: { transposeB: true }, activeMask: 0.9 },
  'the gradient': { options: { transposeA: true }, plain: true },
  'the gradient added to what is there': { options: { transposeA: true, accumulate: true } },
}

const contents = {
  reals: { kind: 'real', fill: (count: number) => sixteenths(count, 1) },
  'reals of which most are 0': {
    kind: 'real',
    fill: (count: number) => sixteenths(count, 1).map((x, i) => (i % 7 < 2 ? x : 0)),
  },
  'some spikes': { kind: 'spikes', fill: (count: number) => spikes(count, 1, 0.15) },
  'many spikes': { kind: 'spikes', fill: (count: number) => spikes(count, 1, 0.5) },
  'no spikes': { kind: 'spikes', fill: (count: number) => spikes(count, 1, -1) },
} as const

type Content = (typeof contents)[keyof typeof contents]

/** What a backend finds, and what it should. */
async function multiply(backend: Backend, given: Case, form: Form, content: Content) {
  const { wiring, steps, batch } = given
  const { transposeA, transposeB, accumulate } = form.options ?? {}
  const [inputs, outputs] = sizes(wiring)
  const shapes = [[steps[0], batch, inputs], weightsOf(wiring), [steps[1], batch, outputs]] as const
  const [x, w, y] = shapes
  const [a, b, out] = transposeA ? [x, y, w] : transposeB ? [y, w, x] : [x, w, y]
  const count = (shape: readonly number[]) => sizeOf(shape)
  const values = { a: content.fill(count(a)), b: sixteenths(count(b), 2), out: sixteenths(count(out), 3) }
  const width = out.at(-1)!
  const channels = form.bias === 'channels' ? wiring.to.width : width
  const bias = form.bias && sixteenths(channels, 4)
  const wanted = values.out.map((before, i) => (accumulate ? before : bias ? bias[i % channels]! : 0))
  const places = productsOf(given)
  // Of an input, a weight and an output: which is made, by which two.
  const [made, one, other] = transposeA ? [1, 0, 2] : transposeB ? [0, 2, 1] : [2, 0, 1]
  for (let at = 0; at < places.length; at += 3)
    wanted[places[at + made]!]! += values.a[places[at + one]!]! * values.b[places[at + other]!]!
  const held = holding(backend)
  const marked = form.activeMask === undefined ? undefined : spikes(count(out), 5, form.activeMask)
  const result = held.put(out, values.out)
  backend.matmul(held.put(a, values.a, content.kind), held.put(b, values.b), result, {
    ...form.options,
    wiring,
    ...(bias && { bias: held.put([channels], bias) }),
    ...(marked && { activeMask: held.put(out, marked, 'spikes') }),
  })
  const found = Array.from(await backend.read(result))
  held.free()
  // What is not needed may be left out.
  return { found, wanted: wanted.map((value, i) => (marked?.[i] === 0 && found[i] === 0 ? 0 : value)) }
}

/** Products by a wiring; with values in sixteenths they are exact. */
export const wirings: Part = (check, { wrapped }) => {
  for (const [title, form] of Object.entries(forms)) {
    for (const [of, content] of Object.entries(contents)) {
      // The input of an adjoint is an adjoint, which is a real number.
      if (form.options?.transposeB && content.kind === 'spikes') continue
      check(`${title} by a wiring, of ${of}`, async (backend) => {
        if (!backend.supports.wiring) return
        const step = wrapped ? 7 : form.plain ? 1 : 3
        for (const [name, given] of cases().filter((_, i) => i % step === 0)) {
          const { found, wanted } = await multiply(backend, given, form, content)
          expectSame(`${title}, ${name}`, found, wanted)
        }
      })
    }
  }

  check(
    'a wiring and its adjoint are adjoint, and the gradient is that of the product, for any reals',
    async (backend) => {
      if (!backend.supports.wiring) return
      for (const [connection, from] of Object.values(connected)) {
        const { wiring } = connection.connect(from)
        const [inputs, outputs] = sizes(wiring!)
        const held = holding(backend)
        const put = (shape: readonly number[], seed: number) => {
          const values = noise(sizeOf(shape), seed).map((x) => x / 3)
          return { values, tensor: held.put(shape, values) }
        }
        const [x, w, y] = [put([5, 2, inputs], 1), put(weightsOf(wiring!), 2), put([5, 2, outputs], 3)]
        const results = [held.put(y.tensor.shape), held.put(x.tensor.shape), held.put(w.tensor.shape)] as const
        backend.matmul(x.tensor, w.tensor, results[0], { wiring: wiring! })
        backend.matmul(y.tensor, w.tensor, results[1], { wiring: wiring!, transposeB: true })
        backend.matmul(x.tensor, y.tensor, results[2], { wiring: wiring!, transposeA: true })
        const inner = async (a: Tensor, values: readonly number[]) =>
          Array.from(await backend.read(a)).reduce((sum, value, i) => sum + value * values[i]!, 0)
        const [product, adjoint, gradient] = [
          await inner(results[0], y.values),
          await inner(results[1], x.values),
          await inner(results[2], w.values),
        ]
        held.free()
        expectNear(connection.kind, [adjoint, gradient], [product, product], 1e-4)
      }
    },
  )

  check('a product by a wiring gives the same bits each time', async (backend) => {
    if (!backend.supports.wiring) return
    for (const [connection, from] of Object.values(connected)) {
      const { wiring } = connection.connect(from)
      const [inputs, outputs] = sizes(wiring!)
      const held = holding(backend)
      const a = held.put(
        [5, 6, inputs],
        noise(30 * inputs, 1).map((x) => +(x > 0.6)),
        'spikes',
      )
      const shape = weightsOf(wiring!)
      const b = held.put(
        shape,
        noise(shape[0] * shape[1], 2).map((x) => x / 7),
      )
      const out = held.put([5, 6, outputs])
      const found: ArrayLike<number>[] = []
      for (let time = 0; time < 3; time++) {
        backend.matmul(a, b, out, { wiring: wiring! })
        found.push(await backend.read(out))
      }
      held.free()
      for (const again of found.slice(1)) expectSame(connection.kind, again, found[0]!)
    }
  })

  check('a wiring is refused where there are none', async (backend) => {
    if (backend.supports.wiring) return
    const held = holding(backend)
    const { wiring } = oneToOne().connect([3])
    const act = () => backend.matmul(held.put([2, 3]), held.put([1, 3]), held.put([2, 3]), { wiring: wiring! })
    await expectRefused('HILLOCK_UNSUPPORTED', act)
    held.free()
  })
}
