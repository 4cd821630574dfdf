import { type Backend, checked } from '@hillock/core'
import { type TestFunctions, testFunctions } from '../runner.ts'
import { layers } from './layers.ts'
import { maps } from './maps.ts'
import { network } from './network.ts'
import { operations } from './operations.ts'
import { products } from './products.ts'
import { programs } from './programs.ts'
import { random } from './random.ts'
import { scans } from './scans.ts'
import type { Check, Suite } from './suite.ts'
import { tensors } from './tensors.ts'

export interface BackendConformance {
  /** Stands over the tests. */
  readonly name: string
  /** Makes a backend; called a few times. */
  readonly create: () => Backend | Promise<Backend>
  /** How many random programs are tried. */
  readonly programs?: number
  /** Names of tests that are not met, each with the reason; they are skipped, and the reason shown. */
  readonly knownDeviations?: Readonly<Record<string, string>>
  /** The test runner's functions, where they are not global. */
  readonly runner?: Partial<TestFunctions>
}

const suites: Readonly<Record<string, Suite>> = {
  tensors,
  operations,
  maps,
  scans,
  'whole layers': layers,
  'random numbers': random,
  products,
  network,
  programs,
}

/** Kernels are compiled within a test. */
const patience = 120_000

/**
 * Registers the tests that every backend passes, ours or a stranger's: each operation, scans both ways, products and random programs
 * against the oracle, random numbers to the bit. What a backend does not declare in `supports` is not asked of it. Backends are used
 * through `checked`, and every test leaves nothing allocated.
 */
export function backendConformance(options: BackendConformance): void {
  const { name, programs = 200, knownDeviations = {}, runner } = options
  const { describe, test } = testFunctions(runner)
  const create = async () => checked(await options.create())
  let made: ReturnType<typeof create> | undefined
  const shared = () => {
    made ??= create()
    return made
  }
  const names = new Set<string>()
  const check: Check = (title, body) => {
    names.add(title)
    const reason = knownDeviations[title]
    if (reason !== undefined) return void test.skip(`${title} (${reason})`, () => {})
    test(
      title,
      async () => {
        const backend = await shared()
        const before = backend.live
        await body(backend)
        if (backend.live > before) throw new Error(`${backend.live - before} tensors are left`)
      },
      patience,
    )
  }
  describe(`${name}: backend`, () => {
    for (const [title, suite] of Object.entries(suites)) describe(title, () => suite(check, { programs, create }))
    test('every known deviation is that of a test', () => {
      const unknown = Object.keys(knownDeviations).filter((title) => !names.has(title))
      if (unknown.length > 0) throw new Error(`there is no such test: ${unknown.join(', ')}`)
    })
    test('it can be disposed of', async () => (await shared()).dispose())
  })
}
