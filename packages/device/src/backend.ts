import type { Backend } from '@hillock/core'
import type { Kernel } from '@hillock/core/backend'
import { sizeOf } from '@hillock/core/options'
import { clear, copy } from './copies.ts'
import type { Device } from './device.ts'
import { groupsFor } from './frame.ts'
import { createKernels } from './kernels.ts'
import { scratch } from './layered.ts'
import { layeredReverse } from './layered-reverse.ts'
import { layeredScan } from './layered-scan.ts'
import { map } from './map.ts'
import { createMemory } from './memory.ts'
import { multiply, type Work } from './multiply.ts'
import { createQueue } from './queue.ts'
import { reverse } from './reverse.ts'
import { type Call, scan } from './scan.ts'
import { listSpikes, packSpikes, unpackSpikes } from './spikes.ts'
import { columnsOfGroup, sumColumns } from './sums.ts'
import { type Block, heapOf } from './tensor.ts'
import { createTables, launchLargest, multiplyWired } from './wirings.ts'

/** A backend that says which device it runs on, and how many bytes its tensors take. */
export interface DeviceBackend extends Backend {
  /** Name of the device, for people. */
  readonly device: string
  /** Bytes of device memory in use. */
  readonly usedBytes: () => number
}

/**
 * A backend over a device. `exact` says whether the device rounds each operation by itself, and keeps subnormal numbers; it is false where
 * the device says `products`.
 *
 * Throws the errors of the device.
 */
export function deviceBackend(device: Device, { exact }: { readonly exact: boolean }): DeviceBackend {
  const queue = createQueue(device)
  const memory = createMemory(device, queue.flush)
  const kernels = createKernels(device)
  const tables = createTables(device, memory, queue.flush)
  let disposed: Promise<void> | undefined

  const work: Work = {
    products: device.products,
    launch(name, make, groups, values) {
      if (groups > 0) queue.launch(kernels.fixed(name, make), groups, values)
    },
    withScratch(shape, use) {
      const block = memory.alloc(shape, 'real')
      try {
        use(block)
      } finally {
        // what is queued comes before all that is given its place later
        memory.free(block)
      }
    },
  }
  const { launch: launchFixed } = work

  /** Clears words that bits are set of, where the device does not store whole words. */
  function cleared(out: Block): void {
    if (!device.storesWords) launchFixed('clear', clear, groupsFor(out.words), { to: out, count: out.words })
  }

  /** Runs a program's kernel. */
  function launchProgram(kernel: Kernel, kind: string, call: Call, outputs: readonly Block[], rows?: Block): void {
    if (call.groups === 0) return
    const { binding, groups, make } = call
    const compiled = kernels.ofProgram(kernel, `${kind} ${binding.layout}`, make)
    for (const out of outputs) if (out.kind === 'spikes') cleared(out)
    queue.launch(compiled, groups, rows ? { ...binding.values, [scratch]: rows } : binding.values)
  }

  function launchLayered(
    kernel: Kernel,
    kind: string,
    x: { readonly batch: number; readonly size: number; readonly outputs: Readonly<Record<string, unknown>> },
    call: Call & { readonly rows: number },
  ): void {
    work.withScratch([x.batch, call.rows, x.size], (rows) =>
      launchProgram(kernel, kind, call, Object.values(x.outputs) as Block[], rows),
    )
  }

  async function words(block: Block): Promise<Uint32Array<ArrayBuffer>> {
    queue.flush()
    return new Uint32Array(await device.read(heapOf(block.kind), block.at, block.words))
  }

  return {
    name: device.name,
    device: device.description,
    supports: { layerScope: true, exact, wiring: true },
    usedBytes: () => memory.used,
    alloc: (shape, kind = 'real') => memory.alloc(shape, kind),
    write(tensor, values) {
      const block = tensor as Block
      queue.flush()
      const packed = block.kind === 'spikes' ? packSpikes(block, values) : Float32Array.from(values)
      if (block.words > 0) device.write(heapOf(block.kind), block.at, packed)
    },
    async read(tensor) {
      const block = tensor as Block
      const found = await words(block)
      return block.kind === 'spikes' ? unpackSpikes(block, found) : new Float32Array(found.buffer)
    },
    async readEvents(tensor) {
      const block = tensor as Block
      return listSpikes(block, await words(block))
    },
    free: (tensor) => memory.free(tensor as Block),
    scan(kernel, x) {
      if (kernel.layerScope) launchLayered(kernel, 'layer scan', x, layeredScan(kernel, x))
      else launchProgram(kernel, 'scan', scan(kernel, x), Object.values(x.outputs) as Block[])
    },
    reverse(kernel, x) {
      if (kernel.layerScope) launchLayered(kernel, 'layer reverse', x, layeredReverse(kernel, x))
      else launchProgram(kernel, 'reverse', reverse(kernel, x), [])
    },
    map: (kernel, x) => launchProgram(kernel, 'map', map(kernel, x), []),
    matmul(a, b, out, options = {}) {
      const { wiring } = options
      if (wiring) multiplyWired(work, tables, a as Block, b as Block, out as Block, { ...options, wiring })
      else multiply(work, a as Block, b as Block, out as Block, options)
    },
    sum(a, out) {
      const [columns, all] = [sizeOf(out.shape), sizeOf(a.shape)]
      const values = { a: a as Block, out: out as Block, rows: columns === 0 ? 0 : all / columns, columns }
      const across = columnsOfGroup(columns)
      const make = () => sumColumns(a.kind, across)
      launchFixed(`sum ${a.kind} ${across}`, make, Math.ceil(columns / across), { ...values, size: (a as Block).size })
    },
    slice(a, from, out) {
      const { kind, at, words, shape } = a as Block
      const heap = heapOf(kind)
      const source = { ...(a as Block), at: at + from * (words / (shape[0] || 1)) }
      const count = (out as Block).words
      launchFixed(`copy ${heap}`, () => copy(heap), groupsFor(count), { from: source, to: out as Block, count })
    },
    largest(a, wiring, out, adjoint) {
      const [block, target] = [a as Block, out as Block]
      if (block.kind === 'spikes' && !adjoint) cleared(target)
      launchLargest(work, tables, block, wiring, target, adjoint)
    },
    async dispose() {
      disposed ??= device.dispose()
      await disposed
    },
  }
}
