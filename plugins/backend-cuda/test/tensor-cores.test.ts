import { type Backend, HillockError, reference } from '@hillock/core'
import { deviceBackend } from '@hillock/device'
import { whereFound } from '@hillock/testing'
import { backendConformance } from '@hillock/testkit'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { cudaDevice } from '../src/device.ts'
import { cuda } from '../src/index.ts'
import { assemble, assembler, type Double, double } from './double.ts'
import { compiler, standIn } from './stand-in.ts'
import { data, training } from './training.ts'

jest.setTimeout(120_000)

const formats = ['tf32', 'bf16'] as const
const significant = { tf32: 11, bf16: 8 } as const
const made: Double[] = []
const executed = (products: 'tf32' | 'bf16', driver = double()): Backend => {
  made.push(driver)
  return deviceBackend(cudaDevice(driver, products), { exact: false })
}

/** Numbers in [-1, 1). */
const noise = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed))
/** Sixteenths up to 2: exact in both formats, and so are their sums. */
const sixteenths = (count: number, seed: number) => noise(count, seed).map((x) => Math.round(32 * x) / 16)

interface Sizes {
  readonly rows: number
  readonly inner: number
  readonly columns: number
}

async function product(backend: Backend, { rows, inner, columns }: Sizes, values: typeof noise): Promise<Float32Array> {
  const put = (shape: readonly [number, number], seed: number) => {
    const tensor = backend.alloc(shape)
    backend.write(tensor, values(shape[0] * shape[1], seed))
    return tensor
  }
  const out = backend.alloc([rows, columns])
  backend.matmul(put([rows, inner], 1), put([inner, columns], 2), out)
  return Float32Array.from(await backend.read(out))
}

/** The product in f64 of numbers rounded to so many significant bits, and the sum of the absolute values of its terms. */
function define({ rows, inner, columns }: Sizes, bits: number) {
  const rounded = (x: number) => {
    const unit = 2 ** (Math.floor(Math.log2(Math.abs(x))) + 1 - bits)
    return Math.round(x / unit) * unit
  }
  const a = Array.from(noise(rows * inner, 1), rounded)
  const b = Array.from(noise(inner * columns, 2), rounded)
  return Array.from({ length: rows * columns }, (_, i) => {
    let [sum, magnitude] = [0, 0]
    for (let k = 0; k < inner; k++) {
      const term = a[Math.floor(i / columns) * inner + k]! * b[k * columns + (i % columns)]!
      sum += term
      magnitude += Math.abs(term)
    }
    return { sum, magnitude }
  })
}

/** How far a product is from a definition at most, as a part of the magnitude of its terms. */
const apart = (found: Float32Array, wanted: ReturnType<typeof define>): number =>
  Math.max(...wanted.map(({ sum, magnitude }, i) => Math.abs(found[i]! - sum) / magnitude))

const same = (found: Float32Array, wanted: Float32Array) => wanted.every((x, i) => x === found[i])

const some: Sizes = { rows: 37, inner: 51, columns: 43 }
/** Has tiles of 64 by 64. */
const large: Sizes = { rows: 450, inner: 13, columns: 515 }

describe.each(formats)('products in %s', (format) => {
  // values of the suite are exact in both formats, but for one test
  backendConformance({
    name: `PTX in ${format} as JavaScript`,
    create: () => executed(format),
    programs: 0,
    decorated: false,
    runner: {
      describe(title, declare) {
        if (title.startsWith('PTX') || title === 'products') describe(title, declare)
      },
      test: Object.assign(
        (name: string, body: () => Promise<void> | void) => {
          if (/reals$/.test(name) && !name.includes('any')) test(name, body)
        },
        { skip: () => {} },
      ),
    },
  })

  test('sums of exact terms are exact in large tiles too', async () => {
    expect(
      same(await product(executed(format), large, sixteenths), await product(reference(), large, sixteenths)),
    ).toBe(true)
  })

  test('terms are rounded to the format, and sums are f32', async () => {
    const found = await product(executed(format), some, noise)
    const bits = significant[format]
    // a rounding of f32 for each 8 or 16 terms
    expect(apart(found, define(some, bits))).toBeLessThan((some.inner / 8) * 2 ** -24)
    const exact = apart(found, define(some, 24))
    expect(exact).toBeLessThan(2.1 * 2 ** -bits)
    expect(exact).toBeGreaterThan(2 ** -bits / 50)
  })

  test('a factor whose registers are exchanged is seen', async () => {
    const driver = double()
    const load = driver.load.bind(driver)
    const exchanged = (text: string) => text.replaceAll(/}, {(%b\d+), (%b\d+), (%b\d+), /g, '}, {$2, $1, $3, ')
    const spoilt = { ...driver, load: (text: string, name: string) => load(exchanged(text), name) }
    const found = await product(executed(format, spoilt), some, sixteenths)
    expect(same(found, await product(reference(), some, sixteenths))).toBe(false)
    made.pop()
  })
})

describe('the PTX of these products', () => {
  const texts = () => [...new Set(made.flatMap((driver) => driver.texts))].filter((text) => text.includes('mma.'))

  test('is of Ampere, rounds as it says, and flushes nothing', () => {
    const all = texts().join('\n')
    expect(all.match(/^\.version 7\.0\n\.target sm_80$/gm)).toHaveLength(texts().length)
    expect(texts().length).toBeGreaterThanOrEqual(8)
    expect(all.match(/\.(ftz|approx|sat|satfinite)\b|\bfma\b/g)).toBeNull()
  })

  whereFound('by the assembler of CUDA', assembler, () => {
    test('is taken', () => assemble(texts(), 'sm_80'))
  })
})

whereFound('products on a stand-in for the driver', compiler, () => {
  const { library, reset } = standIn
  afterEach(() => reset())

  test.each(formats)('in %s have the bits of the other executor', async (format) => {
    const backend = await cuda({ library, products: format })
    expect(backend.supports.exact).toBe(false)
    expect(same(await product(backend, some, noise), await product(executed(format), some, noise))).toBe(true)
    await backend.dispose()
  })

  test.each(formats)('in %s train a network as those of f32 do', async (products) => {
    const trained = []
    for (const backend of [await cuda({ library }), await cuda({ library, products })]) {
      const session = training(backend)
      const losses: number[] = []
      for await (const { trainLoss } of session.train(data, { epochs: 2, batchSize: 16 })) losses.push(trainLoss)
      const [weights] = Array.from((await session.snapshot()).values(), ({ values }) => Array.from(values))
      trained.push({ losses, weights })
      await session.dispose()
    }
    const [wanted, found] = trained as [(typeof trained)[0], (typeof trained)[0]]
    expect(found.losses[1]).toBeLessThan(found.losses[0]!)
    expect(Math.abs(found.losses[1]! / wanted.losses[1]! - 1)).toBeLessThan(0.02)
    expect(found.weights).not.toEqual(wanted.weights)
  })

  test('need compute capability 8.0', async () => {
    reset(2, 75)
    const asked = cuda({ library, products: 'bf16' })
    await expect(asked).rejects.toThrow(HillockError)
    await expect(asked).rejects.toMatchObject({
      code: 'HILLOCK_UNSUPPORTED',
      message: expect.stringMatching(/bf16 need compute capability 8\.0; that of stand-in 0, CUDA 13\.0 is 7\.5/),
      hint: expect.stringMatching(/'f32'.*Ampere/),
    })
    await expect(cuda({ library, products: 'fp8' as 'bf16' })).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
    const backend = await cuda({ library })
    expect(backend.supports.exact).toBe(true)
    await backend.dispose()
    expect(standIn.live()).toBe(0)
  })
})
