import type { CudaFunction, CudaGraph, Driver, Graphs } from './driver.ts'
import { type Library, notReady } from './library.ts'

/** Host memory that the GPU copies to by itself, and the event that says when it has. */
interface Reading {
  readonly pointer: unknown
  readonly bytes: number
  readonly view: ArrayBuffer
  readonly event: unknown
}

/** How many GPUs there are. Throws what the driver says where there are none. */
export function countDevices(library: Library): number {
  library.call('Init', 0)
  return library.make('DeviceGetCount') as number
}

/** The name of a GPU, and the version of CUDA that the driver knows. */
export function describeDevice(library: Library, device: number): string {
  const bytes = new Uint8Array(256)
  library.call('DeviceGetName', bytes, bytes.length, library.make('DeviceGet', device))
  const name = new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)))
  const version = library.make('DriverGetVersion') as number
  return `${name}, CUDA ${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`
}

/** The compute capability of a GPU, as in [8, 0]. */
export const capabilityOf = (library: Library, device: number): readonly [number, number] => {
  const handle = library.make('DeviceGet', device)
  const ask = (attribute: number) => library.make('DeviceGetAttribute', attribute, handle) as number
  return [ask(75), ask(76)]
}

/** One GPU through its driver: a stream of its own in the primary context, which other libraries may share. */
export function koffiDriver(library: Library, index: number): Driver {
  const { call, make, koffi } = library
  const description = describeDevice(library, index)
  const device = make('DeviceGet', index)
  const context = make('DevicePrimaryCtxRetain', device)
  const enter = () => call('CtxSetCurrent', context)
  const allocations: number[] = []
  const modules: unknown[] = []
  const readings: Reading[] = []
  const idle: Reading[] = []
  let stream: unknown
  try {
    enter()
    stream = make('StreamCreate', 1)
  } catch (error) {
    library.ask('DevicePrimaryCtxRelease', device)
    throw error
  }
  /** The address of the arguments, and the address of that: what a launch is given. */
  const parameter = new BigUint64Array(1)
  const parameters = BigUint64Array.of(koffi.address(parameter))
  const log = new Uint8Array(4096)
  /** CU_JIT_ERROR_LOG_BUFFER, and its size. */
  const [jitOptions, jitValues] = [Int32Array.of(5, 6), BigUint64Array.of(koffi.address(log), BigInt(log.length))]

  function reading(bytes: number): Reading {
    const found = idle.findIndex((one) => one.bytes >= bytes)
    if (found >= 0) return idle.splice(found, 1)[0]!
    const room = Math.max(2 ** 16, 2 ** Math.ceil(Math.log2(bytes)))
    const pointer = make('MemHostAlloc', room, 0)
    try {
      // without times, which cost
      const event = make('EventCreate', 2)
      const made = { pointer, bytes: room, view: koffi.view(pointer, room), event }
      readings.push(made)
      return made
    } catch (error) {
      library.ask('MemFreeHost', pointer)
      throw error
    }
  }

  /** Waits without sleeping in the driver, so that events go on: a thread of Node's own would have no context. */
  async function wait(event: unknown): Promise<void> {
    for (;;) {
      enter()
      const code = library.ask('EventQuery', event)
      if (code === 0) return
      if (code !== notReady) throw library.fail('EventQuery', code)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  const recorded = new Set<object>()
  const graphs: Graphs = {
    record(launch) {
      // what other threads do is no concern of this one
      call('StreamBeginCapture', stream, 1)
      const slot: unknown[] = [null]
      let code: number
      try {
        launch()
      } finally {
        code = library.ask('StreamEndCapture', stream, slot)
      }
      if (code !== 0) throw library.fail('StreamEndCapture', code)
      try {
        const graph = make('GraphInstantiate', slot[0], 0) as CudaGraph
        recorded.add(graph)
        return graph
      } finally {
        library.ask('GraphDestroy', slot[0])
      }
    },
    replay: (graph) => call('GraphLaunch', graph, stream),
    forget(graph) {
      recorded.delete(graph)
      call('GraphExecDestroy', graph)
    },
  }

  return {
    description,
    alloc(bytes) {
      enter()
      const address = Number(make('MemAlloc', bytes))
      allocations.push(address)
      return address
    },
    write(address, values) {
      enter()
      call('MemcpyHtoDAsync', address, values, values.byteLength, stream)
    },
    async read(address, bytes) {
      if (bytes === 0) return new ArrayBuffer(0)
      enter()
      const to = reading(bytes)
      call('MemcpyDtoHAsync', to.pointer, address, bytes, stream)
      call('EventRecord', to.event, stream)
      await wait(to.event)
      const copy = to.view.slice(0, bytes)
      idle.push(to)
      return copy
    },
    load(ptx, name) {
      enter()
      const slot: unknown[] = [null]
      log.fill(0)
      const code = library.ask('ModuleLoadDataEx', slot, ptx, 2, jitOptions, jitValues)
      if (code !== 0)
        throw library.fail('ModuleLoadDataEx', code, `${name}: ${new TextDecoder().decode(log).replace(/\0.*/s, '')}`)
      modules.push(slot[0])
      return make('ModuleGetFunction', slot[0], name) as CudaFunction
    },
    launch(kernel, groups, threads, args) {
      parameter[0] = BigInt(args)
      call('LaunchKernel', kernel, groups, 1, 1, threads, 1, 1, 0, stream, parameters, null)
    },
    ...(library.hasGraphs && { graphs }),
    dispose() {
      // whatever the driver says: a context that is dead frees all by itself
      const { ask } = library
      ask('CtxSetCurrent', context)
      for (const graph of recorded) ask('GraphExecDestroy', graph)
      for (const { event, pointer } of readings) {
        ask('EventDestroy', event)
        ask('MemFreeHost', pointer)
      }
      for (const module of modules) ask('ModuleUnload', module)
      for (const address of allocations) ask('MemFree', address)
      ask('StreamDestroy', stream)
      ask('DevicePrimaryCtxRelease', device)
    },
  }
}
