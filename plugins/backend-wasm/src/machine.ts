import { HillockError } from '@hillock/core'
import type { BackendClock } from '@hillock/core/backend'
import { assemble, type Code } from './assembler.ts'
import type { Argument } from './command.ts'
import { type Access, createCommandQueue } from './command-queue.ts'
import { control, createExecutor, kernelNames, maxFunctions, registry, reservedBytes } from './executor.ts'
import { loadKernels } from './kernels.ts'
import { createMemory, type Memory } from './memory.ts'
import { createPace } from './pace.ts'
import { breathe } from './platform.ts'
import { publish } from './publish.ts'
import { startThreads } from './threads.ts'

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
  | ('wired' | 'wiredGradient' | 'wiredReals' | 'wiredRealsGradient' | 'turn' | 'sumParts' | 'winogradWeights')
  | ('largest' | 'largestAdjoint')

/** Linear memory, the threads that work on it, and the queue of what they are to do. */
export interface Machine {
  readonly threads: number
  readonly clock: BackendClock
  /** Bytes in use. */
  readonly used: () => number
  /** Views of memory as it is now; not to be kept across an allocation. */
  floats(address: number, length: number): Float32Array
  words(address: number, length: number): Uint32Array
  /** Takes memory, as `Memory` does. */
  readonly take: Memory['take']
  /** Gives memory back once the commands queued so far have run. */
  give(address: number, bytes: number): void
  /** The address of 32 equal numbers. */
  constant(value: number): number
  fixed(name: FixedKernel): number
  /** Takes in an emitted function; gives the number it is called by. `name`: for `onKernel`. */
  add(code: Code, name: string): number
  /** Queues a command. A unit is the smallest share a thread can have. */
  enqueue(id: number, units: number, args: readonly Argument[], access: Access): void
  /** Takes memory that is given back when the queue has run. */
  scratch(bytes: number, what: string): number
  /** Runs all that is queued. Throws HILLOCK_WORKER if a thread fails. */
  flush(): Promise<void>
  dispose(): Promise<void>
}

/**
 * Linear memory and `count` threads; for more than one, memory must be sharable. With `fma`, products round once (relaxed SIMD). `onKernel` gets
 * the module of each function that is added.
 */
export async function createMachine(
  count: number,
  fma = false,
  onKernel?: (name: string, module: Uint8Array) => void,
): Promise<Machine> {
  const shared = count > 1
  const modules = await loadKernels(shared, fma)
  const allocator = createMemory(shared)
  const memory = allocator.wasm
  const executor = createExecutor(memory, modules, 0, count)
  const workers = await startThreads({ memory, modules, threads: count })

  const names = kernelNames(modules)
  const constants = new Map<number, number>()
  let functions = names.length
  const queue = createCommandQueue(count)
  const pace = createPace()
  let marked: string | undefined
  let times: Record<string, number> = {}
  let pending: { address: number; bytes: number }[] = []
  let lastFlush: Promise<void> = Promise.resolve()
  let running = false
  let broken: HillockError | undefined

  const control32 = () => new Int32Array(memory.buffer, 0, reservedBytes / 4)

  const failure = () => workers.map((worker) => worker.failure()).find((why) => why !== undefined)

  function broke(reason: string): HillockError {
    broken ??= new HillockError('HILLOCK_WORKER', `a thread of the backend 'wasm' failed: ${reason}`, {
      hint: 'create a new backend and resume from the last checkpoint; with { threads: 1 } nothing runs beside the main thread',
    })
    return broken
  }

  async function runAll(): Promise<void> {
    const lost = failure()
    if (lost !== undefined) throw broke(lost)
    running = true
    for (let groups = queue.take(); groups.length > 0; ) {
      const { fitted: n, kind } = publish(memory, groups)
      const words = control32()
      const together = count > 1 && pace.together(kind)
      const start = performance.now()
      for (let g = 0; g < n; g++) {
        const { commands } = groups[g]!
        let now = performance.now()
        const passed = (i: number) => {
          const [part, before] = [commands[i]!.part, now]
          now = performance.now()
          if (part !== undefined) times[part] = (times[part] ?? 0) + now - before
        }
        if (together) executor.open(g)
        try {
          executor.run(g, passed)
        } catch (error) {
          Atomics.store(words, control.failed, 1)
          broke(String(error))
        }
        if (together) executor.close()
        while (together && !executor.isLeft()) {
          if (executor.sleep()) continue
          // Long waits give way to events, of which the end of a thread is one.
          await breathe()
          const reason = failure()
          if (reason !== undefined) throw broke(reason)
        }
        passed(commands.length - 1)
      }
      if (Atomics.load(words, control.failed) !== 0) {
        // A thread has told why, if it was another.
        await breathe()
        throw broke(failure() ?? 'a kernel trapped')
      }
      if (count > 1) pace.took(kind, performance.now() - start)
      groups = groups.slice(n)
      if (groups.length === 0) groups = queue.take()
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
    used: allocator.used,
    floats: (address, length) => new Float32Array(memory.buffer, address, length),
    words: (address, length) => new Uint32Array(memory.buffer, address, length),
    take: allocator.take,
    give(address, bytes) {
      // What is queued, or runs, may still use it.
      if (queue.empty && !running) allocator.give(address, bytes)
      else pending.push({ address, bytes })
    },
    constant(value) {
      const address = constants.get(value) ?? machine.take(128, 'a constant')
      if (!constants.has(value)) machine.floats(address, 32).fill(value)
      constants.set(value, address)
      return address
    },
    fixed: (name) => names.indexOf(name),
    add(code, name) {
      const id = functions++
      if (id === maxFunctions)
        throw new HillockError('HILLOCK_OUT_OF_MEMORY', `${maxFunctions} different kernels are too many`)
      const bytes = assemble(code, shared)
      onKernel?.(name, bytes.slice())
      const address = machine.take(bytes.length, `kernel ${id}`)
      new Uint8Array(memory.buffer, address, bytes.length).set(bytes)
      control32().set([address, bytes.length], registry + 2 * id)
      return id
    },
    enqueue(id, units, args, access) {
      if (broken !== undefined) throw broken
      queue.add({ id, units, args, access, part: marked })
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
      Atomics.add(words, control.turn, 2)
      Atomics.notify(words, control.turn)
      await Promise.all(workers.map((worker) => worker.end()))
    },
  }
  return machine
}
