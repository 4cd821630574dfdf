import { type BackendClock, HillockError } from '@hillock/core'
import { createAllocator } from './allocator.ts'
import { assemble, type Code, withSharedMemory } from './assembler.ts'
import { control, createExecutor, kernelNames, maxFunctions, registry, reservedBytes } from './executor.ts'
import { outOfMemory } from './out-of-memory.ts'
import { breathe, loadBytes } from './platform.ts'
import { argumentBytes, publish } from './publish.ts'
import { type Access, createSchedule } from './schedule.ts'
import { startThread } from './thread.ts'

/** The kernels of the package, by name, and the numbers they are called by. */
export type FixedKernel =
  | (
      | 'gather'
      | 'scatter'
      | 'gemm'
      | 'gemmTransposed'
      | 'sparseTransposed'
      | 'transpose'
      | 'pack'
      | 'packSpikes'
      | 'slice'
      | 'unpack'
      | 'unpackSpikes'
    )
  | ('draw' | 'spread' | 'masked' | 'rows' | 'uniforms' | 'sumAll' | 'sumSamples' | 'sumRows' | 'sumTime')

/** An argument of a command: whole numbers, addresses among them, or `{ f32 }`. */
export type Argument = number | { readonly f32: number }

/** Linear memory, the threads that work on it, and the queue of what they are to do. */
export interface Machine {
  readonly threads: number
  readonly clock: BackendClock
  /** Bytes in use. */
  readonly used: () => number
  /** Views of memory as it is now; not to be kept across an allocation. */
  floats(address: number, length: number): Float32Array
  words(address: number, length: number): Uint32Array
  /** Errors: HILLOCK_OUT_OF_MEMORY, naming `what`, and a batch size to try where it is for a batch of so many samples. */
  take(bytes: number, what: string, batch?: number): number
  /** Gives memory back once the commands queued so far have run. */
  give(address: number, bytes: number): void
  /** The address of 32 equal numbers. */
  constant(value: number): number
  fixed(name: FixedKernel): number
  /** Takes in an emitted function; gives the number it is called by. */
  add(code: Code): number
  /** Queues a command. A unit is the smallest share a thread can have. */
  enqueue(id: number, units: number, args: readonly Argument[], access: Access): void
  /** Takes memory that is given back when the queue has run. */
  scratch(bytes: number, what: string): number
  /** Runs all that is queued. Errors: HILLOCK_WORKER. */
  flush(): Promise<void>
  dispose(): Promise<void>
}

const page = 65536

/** Linear memory and `count` threads; for more than one, memory must be sharable. With `fma`, products round once (relaxed SIMD). */
export async function createMachine(count: number, fma = false): Promise<Machine> {
  const shared = count > 1
  // Written so that bundlers find the files.
  const kernels = new URL('../wasm/kernels.wasm', import.meta.url)
  const relaxed = new URL('../wasm/relaxed.wasm', import.meta.url)
  const compile = async (url: URL) => {
    const bytes = await loadBytes(url)
    return WebAssembly.compile(shared ? withSharedMemory(bytes) : bytes)
  }
  const modules = await Promise.all((fma ? [kernels, relaxed] : [kernels]).map(compile))
  const initial = Math.ceil((reservedBytes + argumentBytes) / page) + 64
  const memory = new WebAssembly.Memory({ initial, maximum: page, shared })
  const allocator = createAllocator(reservedBytes + argumentBytes, initial * page)
  const executor = createExecutor(memory, modules, 0, count)
  const workers = Array.from({ length: count - 1 }, startThread)
  await Promise.all(workers.map((worker, i) => worker.start({ memory, modules, thread: i + 1, threads: count }))).catch(
    async (cause) => {
      await Promise.all(workers.map((worker) => worker.end()))
      throw new HillockError('HILLOCK_WORKER', `a thread of the backend 'wasm' does not start: ${cause.message}`, {
        hint: 'with { threads: 1 } nothing runs beside the main thread',
        cause,
      })
    },
  )

  const names = kernelNames(modules)
  const constants = new Map<number, number>()
  let functions = names.length
  const schedule = createSchedule(count)
  let marked: string | undefined
  let times: Record<string, number> = {}
  let pending: { address: number; bytes: number }[] = []
  let lastFlush: Promise<void> = Promise.resolve()
  let running = false
  let broken: HillockError | undefined

  const control32 = () => new Int32Array(memory.buffer, 0, reservedBytes / 4)

  function broke(reason: string): HillockError {
    broken ??= new HillockError('HILLOCK_WORKER', `a thread of the backend 'wasm' failed: ${reason}`, {
      hint: 'make a new backend and go on from the last checkpoint; with { threads: 1 } nothing runs beside the main thread',
    })
    return broken
  }

  async function runAll(): Promise<void> {
    running = true
    for (let groups = schedule.take(); groups.length > 0; ) {
      const n = publish(memory, groups)
      const words = control32()
      if (count > 1) {
        Atomics.store(words, control.count, n)
        Atomics.add(words, control.work, 1)
        Atomics.notify(words, control.work)
      }
      for (let g = 0; g < n; g++) {
        const { commands } = groups[g]!
        let now = performance.now()
        const passed = (i: number) => {
          const [part, before] = [commands[i]!.part, now]
          now = performance.now()
          if (part !== undefined) times[part] = (times[part] ?? 0) + now - before
        }
        try {
          executor.run(g, passed)
        } catch (error) {
          Atomics.store(words, control.failed, 1)
          broke(String(error))
        }
        const opening = count === 1 ? 0 : executor.arrive()
        while (count > 1 && !executor.hasOpened(opening)) {
          if (executor.sleep(opening)) continue
          // Long waits give way to events, of which the end of a thread is one.
          await breathe()
          const reason = workers.map((worker) => worker.ended()).find((ended) => ended !== undefined)
          if (reason !== undefined) throw broke(reason)
        }
        passed(commands.length - 1)
      }
      if (Atomics.load(words, control.failed) !== 0) throw broke('a kernel trapped')
      groups = groups.slice(n)
      if (groups.length === 0) groups = schedule.take()
    }
    running = false
    for (const { address, bytes } of pending) allocator.give(address, bytes)
    pending = []
  }

  const machine: Machine = {
    threads: count,
    clock: {
      mark(part) {
        marked = part
      },
      take() {
        const taken = times
        times = {}
        return taken
      },
    },
    used: () => allocator.used,
    floats: (address, length) => new Float32Array(memory.buffer, address, length),
    words: (address, length) => new Uint32Array(memory.buffer, address, length),
    take(bytes, what, batch) {
      const found = allocator.take(bytes)
      if (found !== undefined) return found
      const before = memory.buffer.byteLength
      const pages = Math.max(Math.ceil((bytes + 128) / page), Math.min(1024, before / page))
      try {
        memory.grow(pages)
      } catch (cause) {
        throw outOfMemory(what, bytes, before, batch, cause)
      }
      allocator.extend(memory.buffer.byteLength - before)
      return machine.take(bytes, what, batch)
    },
    give(address, bytes) {
      // What is queued, or runs, may still use it.
      if (schedule.empty && !running) allocator.give(address, bytes)
      else pending.push({ address, bytes })
    },
    constant(value) {
      const address = constants.get(value) ?? machine.take(128, 'a constant')
      if (!constants.has(value)) machine.floats(address, 32).fill(value)
      constants.set(value, address)
      return address
    },
    fixed: (name) => names.indexOf(name),
    add(code) {
      const id = functions++
      if (id === maxFunctions)
        throw new HillockError('HILLOCK_OUT_OF_MEMORY', `${maxFunctions} different kernels are too many`)
      const bytes = assemble(code, shared)
      const address = machine.take(bytes.length, `kernel ${id}`)
      new Uint8Array(memory.buffer, address, bytes.length).set(bytes)
      control32().set([address, bytes.length], registry + 2 * id)
      return id
    },
    enqueue(id, units, args, access) {
      if (broken !== undefined) throw broken
      schedule.add({ id, units, args, access, part: marked })
    },
    scratch(bytes, what) {
      const address = machine.take(bytes, what)
      pending.push({ address, bytes })
      return address
    },
    flush() {
      lastFlush = lastFlush.then(runAll)
      return lastFlush
    },
    async dispose() {
      const words = control32()
      Atomics.store(words, control.stop, 1)
      Atomics.add(words, control.work, 1)
      Atomics.notify(words, control.work)
      await Promise.all(workers.map((worker) => worker.end()))
    },
  }
  return machine
}
