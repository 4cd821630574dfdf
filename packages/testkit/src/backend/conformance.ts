import type { Backend } from '@hillock/core'
import { checked } from '@hillock/core/backend'
import { decoratedBackend } from '../decorated.ts'
import { type Conformance, suite } from '../suite.ts'
import { busy } from './busy.ts'
import { calls } from './calls.ts'
import { guards } from './guards.ts'
import { lanes } from './lanes.ts'
import { largest } from './largest.ts'
import { layers } from './layers.ts'
import { maps } from './maps.ts'
import { network } from './network.ts'
import { nonFinite } from './non-finite.ts'
import { operations } from './operations.ts'
import type { BackendCheck, Part } from './part.ts'
import { products } from './products.ts'
import { randomPrograms } from './programs.ts'
import { random } from './random.ts'
import { recurrence } from './recurrence.ts'
import { scans } from './scans.ts'
import { sessions } from './sessions.ts'
import { tensors } from './tensors.ts'
import { wirings } from './wirings.ts'

/** What `backendConformance` is given. */
export interface BackendConformance extends Conformance {
  /** Title of the tests. */
  readonly name: string
  /** Makes a backend; called a few times. */
  readonly create: () => Backend | Promise<Backend>
  /** How many random programs are tried. */
  readonly programs?: number
}

const parts: Readonly<Record<string, Part>> = {
  tensors,
  operations,
  maps,
  scans,
  'whole layers': layers,
  recurrence,
  'random numbers': random,
  products,
  wirings,
  'the largest of sites': largest,
  'values that are not finite': nonFinite,
  lanes,
  guards,
  calls,
  busy,
  network,
  sessions,
}

/**
 * Of these parts a decorator changes nothing: they look at what kernels compute and write to. The same calls are made behind it by the network
 * of every kind of connection and by random programs, which see whole layers and have matrices.
 */
const ofKernels = ['operations', 'the largest of sites', 'lanes', 'guards', 'whole layers', 'recurrence', 'wirings']

/** So many are enough to see whether a decorator comes between. */
const programsBehindDecorator = 5

/**
 * Registers the tests that every backend passes, ours or a stranger's: each operation, scans both ways, products and random programs
 * against the oracle, random numbers to the bit. What a backend does not declare in `supports` is not asked of it. Backends are used
 * through `checked`, and every test leaves nothing allocated. A run says which device it was on.
 */
export function backendConformance(options: BackendConformance): void {
  const { name, programs = 200 } = options
  suite(`${name}: backend`, options, (check, group, wrapped) => {
    const create = async () => {
      const made = await options.create()
      return checked(wrapped ? decoratedBackend(made) : made)
    }
    let made: ReturnType<typeof create> | undefined
    const shared = () => {
      made ??= create()
      return made
    }
    const onBackend: BackendCheck = (title, body) =>
      check(title, async () => {
        const backend = await shared()
        const before = backend.live
        await body(backend)
        if (backend.live > before) throw new Error(`${backend.live - before} tensors are left`)
      })
    const given = { create, wrapped, programs: wrapped ? Math.min(programs, programsBehindDecorator) : programs }
    for (const [title, part] of Object.entries(parts)) {
      if (!wrapped || !ofKernels.includes(title)) group(title, () => part(onBackend, given))
    }
    if (programs > 0) group('programs', () => randomPrograms(onBackend, given))
    check('it can be disposed of', async () => {
      const backend = await shared()
      if (!wrapped && backend.device !== undefined) console.info(`${name}: ran on ${backend.device}`)
      await backend.dispose()
    })
  })
}
