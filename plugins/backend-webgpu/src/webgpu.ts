import { HillockError } from '@hillock/core'
import { checkOptions, is } from '@hillock/core/options'
import { type DeviceBackend, deviceBackend } from '@hillock/device'
import { webgpuDevice } from './device.ts'
import { describeAdapter, findAdapter, findGpu } from './gpu.ts'
import { isExact } from './probe.ts'

/** Options of `webgpu`. */
export interface WebgpuOptions {
  /** The GPU object to use. Default: the page's or worker's `navigator.gpu`, in Node.js that of the package `webgpu`. */
  readonly gpu?: GPU
  /** Which GPU to use where there are several. Default: 'high-performance'. */
  readonly powerPreference?: GPUPowerPreference
  /** Gets each kernel when it is first needed: its name and its WGSL. For debugging. */
  readonly onKernel?: (name: string, wgsl: string) => void
}

/** The GPU that there is, and if there is none why. WebGPU tells of one alone. */
export type Availability =
  | { readonly available: true; readonly devices: readonly string[] }
  | { readonly available: false; readonly reason: string }

const check = (options: WebgpuOptions) =>
  checkOptions('webgpu', options, {
    gpu: is.made('a GPU object, such as navigator.gpu', 'requestAdapter'),
    powerPreference: is.oneOf('low-power', 'high-performance'),
    onKernel: is.callable,
  })

const adapterOf = async ({ gpu, powerPreference = 'high-performance' }: WebgpuOptions): Promise<GPUAdapter> =>
  findAdapter(gpu ?? (await findGpu()), powerPreference)

/**
 * A backend on a GPU by WebGPU: in pages, workers and Node.js. No operation is contracted or re-associated. `supports.exact` is found out
 * when it is made, by trying: true where the GPU rounds as f32 should and keeps subnormal numbers.
 *
 * Throws HILLOCK_OPTION if an option is wrong, and HILLOCK_UNSUPPORTED if there is no WebGPU or no GPU, saying what to do. Later calls throw
 * HILLOCK_OUT_OF_MEMORY if arrays do not fit, and HILLOCK_DEVICE if the GPU is lost or refuses a kernel: the backend cannot be used any more then.
 */
export async function webgpu(options: WebgpuOptions = {}): Promise<DeviceBackend> {
  check(options)
  const adapter = await adapterOf(options)
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits
  const gpu = await adapter
    .requestDevice({ requiredLimits: { maxStorageBufferBindingSize, maxBufferSize } })
    .catch((cause: Error) => {
      const hint = 'close other programs that use the GPU, or use another backend'
      throw new HillockError('HILLOCK_DEVICE', `the GPU cannot be used: ${cause.message}`, { hint, cause })
    })
  const device = webgpuDevice(gpu, describeAdapter(adapter), options.onKernel)
  return deviceBackend(device, { exact: await isExact(device) })
}

/** Looks for a GPU that `webgpu` can use, and says why there is none. Never throws for its absence. */
export async function isAvailable(options: WebgpuOptions = {}): Promise<Availability> {
  check(options)
  try {
    return { available: true, devices: [describeAdapter(await adapterOf(options))] }
  } catch (error) {
    return { available: false, reason: (error as Error).message.replaceAll('\n', '; ') }
  }
}
