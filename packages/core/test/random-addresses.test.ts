import { beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Batch, Runtime } from '../src/entries/learner.ts'
import type { Examples, Learner, Neuron } from '../src/index.ts'

// What is drawn is recorded twice: who asked for it, and the address that Philox was given. Two that ask may not get one address.

type Claim = string
const claims = new Map<string, Claim>()
const drawn = new Map<Claim, number>()
let asking: Claim = ''

const { philox4x32 } = await import('../src/random/philox.ts')
jest.unstable_mockModule('../src/random/philox.ts', () => ({
  philox4x32(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number, out: Uint32Array, at?: number) {
    const address = [c0, c1, c2, c3, k0, k1].map((word) => word >>> 0).join()
    const before = claims.get(address)
    if (before !== undefined && before !== asking) throw new Error(`${asking} draws what ${before} has drawn`)
    claims.set(address, asking)
    philox4x32(c0, c1, c2, c3, k0, k1, out, at)
  },
}))
const actual = await import('../src/random/index.ts')
const count = (claim: Claim) => drawn.set(claim, (drawn.get(claim) ?? 0) + 1)
const recorded = {
  uniform(...args: Parameters<typeof actual.uniform>) {
    const [seed, stream, place, step, sample, index, t] = args
    const where = `number of stream ${stream} at place ${place}, step ${step}, sample ${sample}, neuron ${index}`
    asking = `the ${where} of seed ${seed} in block ${Math.floor(t / 16)}`
    count(`${where} at ${t}`)
    return actual.uniform(...args)
  },
  bernoulliBlock(...args: Parameters<typeof actual.bernoulliBlock>) {
    const [seed, stream, place, step, sample, index, block] = args
    const where = `number of stream ${stream} at place ${place}, step ${step}, sample ${sample}, neuron ${index}`
    asking = `the ${where} of seed ${seed} in block ${block}`
    for (let i = 0; i < 16; i++) count(`${where} at ${16 * block + i}`)
    return actual.bernoulliBlock(...args)
  },
}
jest.unstable_mockModule('../src/random/index.ts', () => ({
  ...actual,
  ...recorded,
  drawn: recorded,
  generator(...args: Parameters<typeof actual.generator>) {
    const made = actual.generator(...args)
    const claim = `the generator of stream ${args[1]}, ids ${args[2] ?? 0} and ${args[3] ?? 0}, seed ${args[0]}`
    count(claim)
    const during =
      <A extends unknown[], R>(draw: (...given: A) => R) =>
      (...given: A) => {
        asking = claim
        return draw(...given)
      }
    const { uint32, uniform, normal, integer, permutation } = made
    return {
      ...made,
      uint32: during(uint32),
      uniform: during(uniform),
      normal: during(normal),
      integer: during(integer),
      permutation: during(permutation),
    }
  },
}))

const { createSession, crossEntropy, dense, lif, neuron, poisson, reference, sequential } = await import(
  '../src/index.ts'
)
const { checked } = await import('../src/entries/backend.ts')
const { feedbackWeights, forward } = await import('../src/entries/learner.ts')
const { optimizer } = await import('../src/entries/optimizers.ts')
const { generator, stream } = await import('../src/entries/random.ts')

beforeEach(() => {
  claims.clear()
  drawn.clear()
})

/** A neuron that draws so many numbers in a step. */
const drawing = (count: number): Neuron =>
  neuron({
    name: `draws ${count}`,
    state: { v: 0 },
    equations: `v = ${Array.from({ length: count }, () => 'uniform()').join(' + ')} + input\nspike = heaviside(v - 1)`,
  })()

/** Spikes of chance, of which 16 steps are drawn at once. */
const chancy = (): Neuron => neuron({ name: 'chancy', equations: 'spike = (uniform() < 0.3) * (input > 0)' })()

/** Runs forward, draws feedback for all layers and a teacher for each sample, and learns nothing. */
const learner: Learner = {
  name: 'draws',
  async step(runtime: Runtime, batch: Batch) {
    forward(runtime, batch)
    for (const layer of runtime.network.layers) feedbackWeights(runtime, layer, 2)
    const { bernoulliBlock } = await import('../src/random/index.ts')
    for (let b = 0; b < batch.size; b++)
      bernoulliBlock(runtime.seed, stream.teacher, 0, batch.progress.update, b, 0, 0, 0.5)
    return { loss: 0, correct: 0 }
  },
}

const examples = (count: number): Examples => ({
  images: new Float32Array(4 * count).fill(0.5),
  labels: new Uint8Array(count),
  count,
  features: 4,
  classes: 2,
})

const networks: Readonly<Record<string, readonly Neuron[]>> = {
  'one layer': [drawing(1)],
  'as many draws as a layer has places': [drawing(16), drawing(16), drawing(16)],
  'one more than that': [drawing(17), drawing(1), drawing(2)],
  'far more than that': [drawing(1), drawing(100), lif(), drawing(17), lif(), drawing(3)],
  'more than that in the last layer': [drawing(2), drawing(40)],
  'layers that draw nothing between': [lif(), lif(), drawing(33), lif(), drawing(1), lif()],
  'many layers': Array.from({ length: 20 }, (_, i) => drawing(1 + ((7 * i) % 20))),
  'spikes of chance': [chancy(), drawing(18), chancy(), chancy()],
}

describe('no two draws of a run have one address', () => {
  test.each(Object.entries(networks))('%s', async (_, neurons) => {
    const parts = neurons.flatMap((one) => [dense(3), one])
    const session = createSession({
      network: sequential(4, parts),
      encoder: poisson({ probability: 0.5 }),
      learner,
      loss: crossEntropy(),
      steps: 33,
      seed: 5,
    })
    const data = { train: examples(5) }
    const augment = (images: Float32Array, rows: ArrayLike<number>, epoch: number) => {
      for (let i = 0; i < rows.length; i++) generator(5, stream.augment, epoch, rows[i]!).uniform()
      return images
    }
    for await (const report of session.train(data, { epochs: 2, batchSize: 2, augment })) expect(report).toBeDefined()
    const inputs = 2 * 5 * 4 * 33
    expect(drawn.size).toBeGreaterThan(inputs)
    expect([...drawn].filter(([, times]) => times > 1).slice(0, 3)).toEqual([])
    // Evaluation draws from steps of its own; the same each time, by design.
    const trained = new Set(drawn.keys())
    drawn.clear()
    await session.evaluate(data.train)
    expect([...drawn.keys()].filter((claim) => trained.has(claim)).slice(0, 3)).toEqual([])
    expect([...drawn].filter(([, times]) => times > 1).slice(0, 3)).toEqual([])
  })
})

test('networks that were right before draw where they did', () => {
  const { layers } = sequential(4, [dense(3), drawing(16), dense(3), lif(), dense(3), drawing(2)])
  expect(layers.map(({ place }) => place)).toEqual([0, 16, 32])
  const moved = sequential(4, [dense(3), drawing(20), dense(3), drawing(1), dense(3), drawing(2)])
  expect(moved.layers.map(({ place }) => place)).toEqual([0, 20, 32])
})

describe('at the ends of each field', () => {
  const ends = [0, 1, 2, 15, 16, 17, 255, 256, 2 ** 16, 2 ** 24 - 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 17, 2 ** 32 - 1]
  const placeEnds = [0, 1, 16, 255, 256, 0xffff, 0x10000, 0x7fffff, 0x800000, actual.places - 1]
  const address = (draw: () => unknown) => {
    claims.clear()
    draw()
    return [...claims.keys()]
  }

  test('addresses of numbers differ, and differ from those of generators', () => {
    const seen = new Map<string, string>()
    const note = (claim: string, addresses: readonly string[]) => {
      for (const one of addresses) {
        const before = seen.get(one)
        if (before !== undefined && before !== claim) throw new Error(`${claim} and ${before} share ${one}`)
        seen.set(one, claim)
      }
    }
    const few = [0, 1, 2 ** 31, 2 ** 32 - 1]
    for (const place of placeEnds)
      for (const t of ends)
        for (const step of few)
          for (const sample of few)
            for (const index of [0, 2 ** 32 - 1])
              for (const kind of [0, 6] as const) {
                const draw = () => actual.uniformBits(1, kind, place, step, sample, index, t)
                note(`${kind} ${place} ${step} ${sample} ${index} ${Math.floor(t / 16)}`, address(draw))
              }
    for (const id0 of ends)
      for (const id1 of few)
        for (const position of [0, 1, 2 ** 33, 2 ** 53 - 10])
          for (const kind of [0, 6] as const) {
            const made = actual.generator(1, kind, id0, id1)
            for (const draw of ['uint32', 'uniform', 'normal'] as const) {
              made.seek(position)
              note(
                `${draw} ${kind} ${id0} ${id1} ${Math.floor(position / (draw === 'uint32' ? 4 : 2))}`,
                address(made[draw]),
              )
            }
          }
    expect(seen.size).toBeGreaterThan(14_000)
  })

  const refused = expect.objectContaining({ code: 'HILLOCK_RANGE' })

  test.each([
    ['a place', [actual.places, 0, 0, 0, 0]],
    ['a place below 0', [-1, 0, 0, 0, 0]],
    ['a part of a place', [0.5, 0, 0, 0, 0]],
    ['a step', [0, 2 ** 32, 0, 0, 0]],
    ['a sample', [0, 0, 2 ** 32, 0, 0]],
    ['a neuron', [0, 0, 0, 2 ** 32, 0]],
    ['a time', [0, 0, 0, 0, 2 ** 32]],
    ['a part of a step', [0, 0.5, 0, 0, 0]],
    ['a time that is none', [0, 0, 0, 0, Number.NaN]],
  ] as const)('%s beyond is refused', (_, [place, step, sample, index, t]) => {
    expect(() => actual.uniform(1, 6, place, step, sample, index, t)).toThrow(refused)
    expect(() => actual.bernoulliBlock(1, 6, place, step, sample, index, t / 16, 0.5)).toThrow(refused)
  })

  test('a block, a stream and a place that do not fit are refused', () => {
    expect(() => actual.bernoulliBlock(1, 6, 0, 0, 0, 0, 2 ** 28, 0.5)).toThrow(refused)
    expect(() => actual.keyWord(256 as 0, 0)).toThrow(refused)
    expect(() => actual.keyWord(0, 2 ** 24)).toThrow(refused)
    expect(() => actual.keyWord(0, 1.5)).toThrow(refused)
  })
})

describe('a network that draws more than there are addresses is refused', () => {
  const refused = (code: string, text: string) =>
    expect.objectContaining({ code, message: expect.stringContaining(text) })

  test('by sequential, where its layers have no places left', () => {
    const draws = drawing(2)
    // As if it had so many in its text, which no text can.
    const { compiled } = draws.kernels
    const nodes = [...compiled.step.nodes, { op: 'uniform', args: [], name: String(actual.places - 1) } as const]
    const step = { ...compiled.step, nodes }
    const many: Neuron = { ...draws, kernels: { ...draws.kernels, compiled: { ...compiled, step } } }
    expect(sequential(4, [dense(3), many]).layers[0]!.place).toBe(0)
    expect(() => sequential(4, [dense(3), many, dense(3), drawing(1)])).toThrow(
      refused('HILLOCK_UNSUPPORTED', 'layer2: there are 16777200 random numbers in a step, draws 1 would draw number'),
    )
    expect(sequential(4, [dense(3), many, dense(3), lif()]).layers).toHaveLength(2)
  })

  test('by training, where all steps are done', async () => {
    const session = createSession({
      network: sequential(4, [dense(3), drawing(1)]),
      encoder: poisson(),
      learner,
      loss: crossEntropy(),
      steps: 2,
      counters: { epochs: 1, batches: 2 ** 31 - 2, position: 0 },
    })
    const reports = session.train({ train: examples(2) }, { epochs: 3, batchSize: 1 })
    expect((await reports.next()).done).toBe(false)
    expect([...drawn.keys()].some((claim) => claim.includes(`step ${2 ** 31 - 1},`))).toBe(true)
    await expect(reports.next()).rejects.toMatchObject({ code: 'HILLOCK_RANGE' })
    expect(session.counters.batches).toBe(2 ** 31)
  })

  test.each([
    ['steps that are numbered beyond', { from: 2 ** 31 - 16 }, 'time step 2147483632'],
    ['samples that are numbered beyond', { sample: 2 ** 32 - 1 }, 'sample 4294967295'],
    ['a step beyond', { step: 2 ** 32 }, 'step 4294967296'],
    ['a place beyond', { place: actual.places }, 'place 16777200'],
    ['a stream beyond', { stream: 256 as 0 }, 'stream 256'],
  ])('by a backend: %s', (_, change, text) => {
    const backend = checked(reference())
    const { kernels } = drawing(1)
    const [input, spike] = [backend.alloc([1, 2, 3]), backend.alloc([17, 2, 3], 'spikes')]
    const random = { seed: 1, stream: stream.noise, step: 0, place: 0, ...change }
    const bindings = { steps: 17, batch: 2, size: 3, inputs: { input }, setup: {}, timeVarying: {}, initial: { v: 0 } }
    const scan = (key: object) => backend.scan(kernels.forward, { ...bindings, ...key, outputs: { spike } })
    expect(() => scan({ random })).toThrow(refused('HILLOCK_RANGE', text))
    expect(() => scan({})).toThrow(refused('HILLOCK_OPTION', 'has no key'))
  })

  test('an optimizer that draws', () => {
    const mine = optimizer({
      name: 'mine',
      params: { learningRate: 1 },
      bounds: { learningRate: [0, 1] },
      equations: 'weight = weight - learningRate * gradient * uniform()',
    })
    expect(mine).toThrow(refused('HILLOCK_EQUATION', 'mine: an optimizer draws no random numbers'))
  })
})
