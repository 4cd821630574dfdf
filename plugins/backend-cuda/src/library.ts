import { HillockError } from '@hillock/core'
import { failed, isFatal } from './failures.ts'

/** What is used of koffi, which calls C functions by their prototypes. */
interface Koffi {
  load(path: string): { func(prototype: string): (...args: unknown[]) => number }
  address(view: ArrayBufferView): bigint
  view(pointer: unknown, bytes: number): ArrayBuffer
}

/** The driver's functions, by their names without `cu`, each of which throws what its error means. */
export type Library = Awaited<ReturnType<typeof openLibrary>>

/** Handles, `void *` all of them, come out as pointers and go in as they came; addresses on the GPU are whole numbers. */
const prototypes = {
  Init: 'int cuInit(uint32_t)',
  DriverGetVersion: 'int cuDriverGetVersion(_Out_ int *)',
  DeviceGetCount: 'int cuDeviceGetCount(_Out_ int *)',
  DeviceGet: 'int cuDeviceGet(_Out_ int *, int)',
  DeviceGetName: 'int cuDeviceGetName(_Out_ uint8_t *, int, int)',
  DeviceGetAttribute: 'int cuDeviceGetAttribute(_Out_ int *, int, int)',
  DevicePrimaryCtxRetain: 'int cuDevicePrimaryCtxRetain(_Out_ void **, int)',
  DevicePrimaryCtxRelease: 'int cuDevicePrimaryCtxRelease_v2(int)',
  CtxSetCurrent: 'int cuCtxSetCurrent(void *)',
  StreamCreate: 'int cuStreamCreate(_Out_ void **, uint32_t)',
  StreamDestroy: 'int cuStreamDestroy_v2(void *)',
  EventCreate: 'int cuEventCreate(_Out_ void **, uint32_t)',
  EventRecord: 'int cuEventRecord(void *, void *)',
  EventQuery: 'int cuEventQuery(void *)',
  EventDestroy: 'int cuEventDestroy_v2(void *)',
  MemAlloc: 'int cuMemAlloc_v2(_Out_ uint64_t *, size_t)',
  MemFree: 'int cuMemFree_v2(uint64_t)',
  MemHostAlloc: 'int cuMemHostAlloc(_Out_ void **, size_t, uint32_t)',
  MemFreeHost: 'int cuMemFreeHost(void *)',
  MemcpyHtoDAsync: 'int cuMemcpyHtoDAsync_v2(uint64_t, const void *, size_t, void *)',
  MemcpyDtoHAsync: 'int cuMemcpyDtoHAsync_v2(void *, uint64_t, size_t, void *)',
  ModuleLoadDataEx: 'int cuModuleLoadDataEx(_Out_ void **, const char *, uint32_t, int *, uint64_t *)',
  ModuleGetFunction: 'int cuModuleGetFunction(_Out_ void **, void *, const char *)',
  ModuleUnload: 'int cuModuleUnload(void *)',
  LaunchKernel:
    'int cuLaunchKernel(void *, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, void *, uint64_t *, void *)',
} as const

/** Those of CUDA 11.4, which older drivers lack. */
const laterPrototypes = {
  StreamBeginCapture: 'int cuStreamBeginCapture_v2(void *, int)',
  StreamEndCapture: 'int cuStreamEndCapture(void *, _Out_ void **)',
  GraphInstantiate: 'int cuGraphInstantiateWithFlags(_Out_ void **, void *, uint64_t)',
  GraphLaunch: 'int cuGraphLaunch(void *, void *)',
  GraphDestroy: 'int cuGraphDestroy(void *)',
  GraphExecDestroy: 'int cuGraphExecDestroy(void *)',
} as const

type Name = keyof typeof prototypes | keyof typeof laterPrototypes

/** What `EventQuery` answers while work is under way. */
export const notReady = 600

/**
 * Opens the driver's library: by default the one that its installation put where the system looks.
 *
 * Throws HILLOCK_UNSUPPORTED if there is none, or if it lacks a function.
 */
export async function openLibrary(path: string | undefined) {
  const koffi = await loadKoffi()
  const { platform } = process
  const name = path ?? (platform === 'win32' ? 'nvcuda.dll' : 'libcuda.so.1')
  let library: ReturnType<Koffi['load']>
  try {
    library = koffi.load(name)
  } catch (cause) {
    throw new HillockError('HILLOCK_UNSUPPORTED', `there is no NVIDIA driver: ${(cause as Error).message}`, {
      hint: 'install it; no other part of CUDA is needed',
      cause,
    })
  }
  const functions = {} as Record<Name, (...args: unknown[]) => number>
  let errorName: (...args: unknown[]) => number
  try {
    errorName = library.func('int cuGetErrorName(int, _Out_ const char **)')
    for (const [key, prototype] of Object.entries(prototypes)) functions[key as Name] = library.func(prototype)
  } catch (cause) {
    const found = `the NVIDIA driver is too old: ${(cause as Error).message}`
    throw new HillockError('HILLOCK_UNSUPPORTED', found, { hint: 'update the driver', cause })
  }

  const hasGraphs = Object.entries(laterPrototypes).every(([key, prototype]) => {
    try {
      functions[key as Name] = library.func(prototype)
      return true
    } catch {
      return false
    }
  })

  /** Once a context is dead, every call says how it died. */
  let dead: HillockError | undefined
  function fail(name: Name, code: number, detail?: string): HillockError {
    const text: (string | null)[] = [null]
    errorName(code, text)
    const error = failed({ call: `cu${name}`, code, name: text[0] ?? 'an error without a name' }, detail)
    if (isFatal(code)) dead ??= error
    return error
  }
  return {
    koffi,
    hasGraphs,
    /** The number that a call answers, 0 where all is well. */
    ask: (name: Name, ...args: unknown[]): number => functions[name](...args),
    fail,
    /** Throws unless the call answers 0. */
    call(name: Name, ...args: unknown[]): void {
      if (dead !== undefined) throw dead
      const code = functions[name](...args)
      if (code !== 0) throw fail(name, code)
    },
    /** The same, of a function whose first argument is where its result goes. */
    make(name: Name, ...args: unknown[]): unknown {
      if (dead !== undefined) throw dead
      const slot: unknown[] = [null]
      const code = functions[name](slot, ...args)
      if (code !== 0) throw fail(name, code)
      return slot[0]
    },
  }
}

/** koffi is loaded when it is needed, so that the package can be imported anywhere. */
async function loadKoffi(): Promise<Koffi> {
  try {
    const module = (await import('koffi')) as unknown as Koffi & { default?: Koffi }
    return module.default ?? module
  } catch (cause) {
    const found = `the package 'koffi' does not load: ${(cause as Error).message}`
    throw new HillockError('HILLOCK_UNSUPPORTED', found, { hint: 'the backend runs only in Node.js', cause })
  }
}
