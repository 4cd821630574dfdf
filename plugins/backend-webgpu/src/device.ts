import { HillockError } from '@hillock/core'
import { type Device, type DeviceKernel, type Heap, slots, slotWords } from '@hillock/device'
import { lost, outOfMemory, refused } from './failures.ts'
import { groupsInRow, printWgsl } from './wgsl.ts'

/** The numbers of WebGPU's flags, which Node.js has no globals for. */
const usage = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 64, storage: 128 } as const
const [computeStage, mapForReading] = [4, 1]

/** Bytes between the uniforms of two launches, as WebGPU wants it. */
const uniformBytes = 256

/** A device over a GPUDevice: two buffers, the arguments of all launches in a third, and one bind group for all. */
export function webgpuDevice(
  gpu: GPUDevice,
  description: string,
  onKernel?: (name: string, wgsl: string) => void,
): Device<GPUComputePipeline> {
  let failure: HillockError | undefined
  let disposed = false
  const fail = (error: HillockError) => {
    failure ??= error
  }
  gpu.lost.then(({ message }) => {
    if (!disposed) fail(lost(message))
  })
  gpu.addEventListener('uncapturederror', ({ error }) => fail(refused('a call', error)))

  /** What is not known yet of calls that may be refused; a read waits for it. */
  let unsettled: Promise<void>[] = []
  /** Calls, and takes note if the GPU refuses what the call asks. */
  function watch<T>(what: string, call: () => T): T {
    gpu.pushErrorScope('out-of-memory')
    gpu.pushErrorScope('validation')
    const result = call()
    for (let scope = 0; scope < 2; scope++) {
      const settled = gpu.popErrorScope().then(
        (error) => error && fail(refused(what, error)),
        () => {},
      )
      unsettled.push(settled as Promise<void>)
    }
    return result
  }
  function alive(): void {
    if (failure !== undefined) throw failure
  }

  const inHeap = usage.storage | usage.copySource | usage.copyTarget
  const heapBuffer = (heap: Heap, words: number) =>
    watch(`${heap}: ${4 * words} bytes`, () => gpu.createBuffer({ label: heap, size: 4 * words, usage: inHeap }))
  const heaps = { reals: heapBuffer('reals', 64), words: heapBuffer('words', 64) }
  const ends = { reals: 64, words: 64 }
  const most = Math.floor(Math.min(gpu.limits.maxStorageBufferBindingSize, gpu.limits.maxBufferSize) / 4)
  const args = gpu.createBuffer({ size: 4 * slots * slotWords, usage: usage.storage | usage.copyTarget })
  const firsts = gpu.createBuffer({ size: uniformBytes * slots, usage: usage.uniform | usage.copyTarget })
  const offsets = new Uint32Array((uniformBytes / 4) * slots)
  for (let slot = 0; slot < slots; slot++) offsets[(uniformBytes / 4) * slot] = slot * slotWords
  gpu.queue.writeBuffer(firsts, 0, offsets)

  const layout = gpu.createBindGroupLayout({
    entries: (['storage', 'storage', 'read-only-storage', 'uniform'] as const).map((type, binding) => ({
      binding,
      visibility: computeStage,
      buffer: type === 'uniform' ? { type, hasDynamicOffset: true, minBindingSize: 16 } : { type },
    })),
  })
  const pipelineLayout = gpu.createPipelineLayout({ bindGroupLayouts: [layout] })
  const bind = () => {
    const buffers = [heaps.reals, heaps.words, args].map((buffer, binding) => ({ binding, resource: { buffer } }))
    const uniform = { binding: 3, resource: { buffer: firsts, size: 16 } }
    return gpu.createBindGroup({ layout, entries: [...buffers, uniform] })
  }
  let bindings = bind()

  return {
    name: 'webgpu',
    description,
    storesWords: false,
    grow(heap, words) {
      alive()
      const at = ends[heap]
      if (at + words > most) {
        const bytes = (n: number) => `${Math.ceil((4 * n) / 2 ** 20)} MiB`
        throw outOfMemory(`${bytes(words)} beside ${bytes(at)} in use: its limit is ${bytes(most)}`)
      }
      const before = heaps[heap]
      heaps[heap] = heapBuffer(heap, at + words)
      ends[heap] = at + words
      const encoder = gpu.createCommandEncoder()
      encoder.copyBufferToBuffer(before, 0, heaps[heap], 0, 4 * at)
      gpu.queue.submit([encoder.finish()])
      before.destroy()
      bindings = bind()
      return { at, words }
    },
    compile(kernel: DeviceKernel) {
      alive()
      const { name: label } = kernel
      return watch(`the kernel '${label}'`, () => {
        const code = printWgsl(kernel)
        onKernel?.(label, code)
        const module = gpu.createShaderModule({ label, code })
        return gpu.createComputePipeline({ label, layout: pipelineLayout, compute: { module, entryPoint: 'main' } })
      })
    },
    run(launches, given) {
      alive()
      gpu.queue.writeBuffer(args, 0, given)
      const encoder = gpu.createCommandEncoder()
      const pass = encoder.beginComputePass()
      for (const { kernel, groups, at } of launches) {
        pass.setPipeline(kernel)
        pass.setBindGroup(0, bindings, [(uniformBytes * at) / slotWords])
        pass.dispatchWorkgroups(Math.min(groups, groupsInRow), Math.ceil(groups / groupsInRow))
      }
      pass.end()
      watch('launches', () => gpu.queue.submit([encoder.finish()]))
    },
    write(heap, at, values) {
      alive()
      gpu.queue.writeBuffer(heaps[heap], 4 * at, values)
    },
    async read(heap, at, words) {
      alive()
      const size = Math.max(4, 4 * words)
      const staging = watch(`${size} bytes to read`, () =>
        gpu.createBuffer({ size, usage: usage.mapRead | usage.copyTarget }),
      )
      const encoder = gpu.createCommandEncoder()
      encoder.copyBufferToBuffer(heaps[heap], 4 * at, staging, 0, size)
      watch('a copy', () => gpu.queue.submit([encoder.finish()]))
      try {
        const settled = unsettled
        unsettled = []
        await Promise.all(settled)
        alive()
        await staging.mapAsync(mapForReading)
        return staging.getMappedRange().slice(0, 4 * words)
      } catch (cause) {
        // that the device is lost is told a moment later
        await Promise.race([gpu.lost, new Promise((resolve) => setTimeout(resolve, 50))])
        throw (
          failure ??
          new HillockError('HILLOCK_DEVICE', `the GPU cannot be read: ${(cause as Error).message}`, { cause })
        )
      } finally {
        staging.destroy()
      }
    },
    async dispose() {
      disposed = true
      gpu.destroy()
    },
  }
}
