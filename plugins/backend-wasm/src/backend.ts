import { type Backend, HillockError } from '@hillock/core'
import { checkOptions, is } from '@hillock/core/options'
import { readEvents, writeEvents } from './events.ts'
import { createKernelCache } from './kernel-cache.ts'
import { largest } from './largest.ts'
import { type Block, bytesOf, dimensions, panelsOf } from './layout.ts'
import { createMachine, type Machine } from './machine.ts'
import { map } from './map.ts'
import { matmul } from './matmul.ts'
import { canShare, hasRelaxedSimd, processors } from './platform.ts'
import { forgetLists, writeBits } from './random.ts'
import { repack } from './repack.ts'
import { reverse } from './reverse.ts'
import { scan } from './scan.ts'
import { sum } from './sum.ts'
import { wiredProduct } from './wired.ts'
import { createTables } from './wiring-tables.ts'

/** Options of `wasm`. */
export interface WasmOptions {
  /**
   * How many threads compute, this one among them. Default: as many as there are processors, up to 8; 1 where memory cannot be shared. At
   * most four for each processor, or 16 where there are fewer than four.
   */
  readonly threads?: number
  /**
   * Multiply and add with one rounding in products of real numbers: faster where the engine has relaxed SIMD (Node 22 and later, current
   * browsers), and no longer the bits of other backends. False.
   */
  readonly fma?: boolean
  /** Gets each kernel when it is first needed: its name, and the WebAssembly module that was emitted for it. For debugging. */
  readonly onKernel?: (name: string, module: Uint8Array) => void
}

/** Threads wait for each other after every kernel, which pays for large networks alone. */
const mostUnasked = 8
/**
 * More threads than processors only wait for each other, and each takes some megabytes. Four for each are left to those who try that, or
 * whose engine tells of fewer processors than there are, as some browsers do.
 */
const mostThreads = (): number => Math.max(16, 4 * processors())

/** A backend that says how many threads it has, and how many bytes it uses. */
export interface WasmBackend extends Backend {
  /** How many threads it works with. */
  readonly threads: number
  /** Bytes of memory in use. */
  readonly usedBytes: () => number
}

/**
 * The backend in WebAssembly SIMD: kernels are emitted for each program at run time, spikes are bits and are multiplied by their events,
 * and threads share the work so that results do not depend on their number.
 *
 * Throws HILLOCK_OPTION if an option is unknown or `threads` is out of range, HILLOCK_UNSUPPORTED if the kernels cannot be
 * loaded or compiled here, for several threads where memory cannot be shared and for `fma` where the engine has no relaxed SIMD,
 * HILLOCK_OUT_OF_MEMORY if there is not enough memory, HILLOCK_WORKER if a thread does not start. Calls throw
 * HILLOCK_OUT_OF_MEMORY when memory cannot grow, HILLOCK_WORKER when a thread has died.
 */
export async function wasm(options: WasmOptions = {}): Promise<WasmBackend> {
  checkOptions('wasm', options, { threads: is.whole(1), fma: is.flag, onKernel: is.callable })
  const { threads = canShare() ? Math.min(processors(), mostUnasked) : 1, fma = false, onKernel } = options
  checkThreads(threads)
  if (fma && !hasRelaxedSimd()) {
    const hint = 'omit fma, or use Node 22 or later, or a current browser'
    throw new HillockError('HILLOCK_UNSUPPORTED', 'fma needs relaxed SIMD, which this engine does not have', { hint })
  }
  const machine = await createMachine(threads, fma, onKernel)
  const cache = createKernelCache(machine)
  const tables = createTables(machine)

  return {
    name: 'wasm',
    supports: { layerScope: true, exact: !fma, wiring: true },
    threads: machine.threads,
    clock: machine.clock,
    usedBytes: machine.used,
    alloc(shape, kind = 'real') {
      const bytes = bytesOf(shape, kind)
      const address = machine.take(bytes, `a tensor [${shape.join(', ')}]`, shape.length > 2 ? shape[1] : undefined)
      const block: Block = { shape: [...shape], kind, address, bytes, ...dimensions(shape) }
      if (kind === 'spikes') clearLanes(machine, block)
      return block
    },
    write(tensor, values) {
      forgetLists(machine, tensor as Block)
      const rows = machine.scratch(4 * values.length, 'values to write')
      machine.floats(rows, values.length).set(values)
      repack(machine, 'pack', rows, tensor as Block)
    },
    writeEvents: (tensor, events) => writeEvents(machine, tensor as Block, events),
    async read(tensor) {
      const { steps, batch, size } = tensor as Block
      writeBits(machine, tensor as Block)
      const length = steps * batch * size
      const rows = machine.take(4 * length, 'values to read')
      repack(machine, 'unpack', rows, tensor as Block)
      try {
        await machine.flush()
        return machine.floats(rows, length).slice()
      } finally {
        machine.give(rows, 4 * length)
      }
    },
    readEvents: (tensor) => readEvents(machine, tensor as Block),
    free(tensor) {
      const { address, bytes } = tensor as Block
      forgetLists(machine, tensor as Block)
      machine.give(address, bytes)
    },
    scan: (kernel, bindings) => scan(machine, cache, kernel, bindings),
    reverse: (kernel, bindings) => reverse(machine, cache, kernel, bindings),
    map: (kernel, bindings) => map(machine, cache, kernel, bindings),
    matmul(a, b, out, options = {}) {
      const { wiring } = options
      if (wiring) wiredProduct(machine, tables, a as Block, b as Block, out as Block, { ...options, wiring })
      else matmul(machine, a as Block, b as Block, out as Block, options)
    },
    sum: (a, out) => sum(machine, a as Block, out as Block),
    slice(a, from, out) {
      const { address, steps, batch, size, kind } = a as Block
      const target = out as Block
      writeBits(machine, a as Block)
      forgetLists(machine, target)
      const args = [address, target.address, steps, target.steps, from, size, kind === 'spikes' ? 1 : 0]
      machine.enqueue(machine.fixed('slice'), batch, args, { samples: batch, reads: [a as Block], writes: [target] })
    },
    largest: (a, wiring, out, adjoint) => largest(machine, tables, a as Block, wiring, out as Block, adjoint),
    dispose: () => machine.dispose(),
  }
}

/** From the start no bit stands for a neuron beyond the layer; what writes spikes keeps it so. */
function clearLanes(machine: Machine, { address, bytes, steps, batch, size }: Block): void {
  if (size % 32 === 0) return
  const words = machine.words(address, bytes / 4)
  for (let b = 1; b <= batch; b++) {
    const end = b * panelsOf(size) * steps
    words.fill(0, end - steps, end)
  }
}

function checkThreads(threads: number): void {
  if (threads > mostThreads()) {
    const found = `threads is ${threads}, and this machine has ${processors()} processors`
    throw new HillockError('HILLOCK_OPTION', found, {
      hint: `use up to ${mostThreads()}; more than ${processors()} are rarely faster`,
    })
  }
  if (threads === 1 || canShare()) return
  throw new HillockError(
    'HILLOCK_UNSUPPORTED',
    `${threads} threads need memory that they share, and this page has none`,
    {
      hint: 'serve the page with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp',
    },
  )
}
