import { HillockError } from '@hillock/core'
import { checkOptions, is } from '@hillock/core/options'
import { type DeviceBackend, deviceBackend } from '@hillock/device'
import { cudaDevice } from './device.ts'
import { capabilityOf, countDevices, describeDevice, koffiDriver } from './koffi-driver.ts'
import { type Library, openLibrary } from './library.ts'

/** Options of `cuda`. */
export interface CudaOptions {
  /** Which GPU, counted from 0 as `nvidia-smi` does. Default: 0. */
  readonly device?: number
  /** Path of the driver's library, where the system does not find it. Default: libcuda.so.1, on Windows nvcuda.dll. */
  readonly library?: string
  /**
   * What numbers are rounded to in products of numbers: `tf32` (11 significant bits) and `bf16` (8) go to tensor cores, and `supports.exact` is
   * false. Sums are f32. Products of spikes, convolutions and recurrent products are not touched. Default: f32.
   */
  readonly products?: 'f32' | 'tf32' | 'bf16'
  /** Gets each kernel when it is first needed: its name and its PTX. For debugging. */
  readonly onKernel?: (name: string, ptx: string) => void
}

/** The GPUs there are, and if there is none why. */
export type Availability =
  | { readonly available: true; readonly devices: readonly string[] }
  | { readonly available: false; readonly reason: string }

const check = (options: CudaOptions) =>
  checkOptions('cuda', options, {
    device: is.whole(0),
    library: is.text,
    products: is.oneOf('f32', 'tf32', 'bf16'),
    onKernel: is.callable,
  })

/**
 * A backend on an NVIDIA GPU, through its driver alone. Operations are rounded one by one and subnormal numbers kept, so that
 * `supports.exact` is true, unless `products` says otherwise.
 *
 * Throws HILLOCK_OPTION if an option is wrong or the GPU does not exist, and HILLOCK_UNSUPPORTED if there is no driver, an old one, no GPU, or one
 * that cannot form such products, saying what to do. Later calls throw HILLOCK_OUT_OF_MEMORY if arrays do not fit, and HILLOCK_DEVICE if the GPU
 * fails: the backend cannot be used any more then.
 */
export async function cuda(options: CudaOptions = {}): Promise<DeviceBackend> {
  check(options)
  const { device = 0, library: path, products = 'f32', onKernel } = options
  const library = await openLibrary(path)
  const count = countDevices(library)
  if (device >= count) {
    const hint = count === 1 ? 'give 0: there is one' : `give a number from 0 to ${count - 1}`
    throw new HillockError('HILLOCK_OPTION', `cuda: there is no GPU ${device}`, { hint })
  }
  const format = products === 'f32' ? undefined : products
  if (format) requireTensorCores(library, device, format)
  const driver = koffiDriver(library, device)
  try {
    return deviceBackend(cudaDevice(driver, format, onKernel), { exact: format === undefined })
  } catch (error) {
    driver.dispose()
    throw error
  }
}

function requireTensorCores(library: Library, device: number, format: string): void {
  const [major, minor] = capabilityOf(library, device)
  if (major >= 8) return
  const found = `cuda: products in ${format} need compute capability 8.0; that of ${describeDevice(library, device)} is ${major}.${minor}`
  throw new HillockError('HILLOCK_UNSUPPORTED', found, {
    hint: "leave products at 'f32', or use a GPU of the generation of Ampere (2020) or later",
  })
}

/** Looks for GPUs that `cuda` can use, and says why there is none. Never throws for their absence. */
export async function isAvailable(options: Pick<CudaOptions, 'library'> = {}): Promise<Availability> {
  check(options)
  try {
    const library = await openLibrary(options.library)
    const count = countDevices(library)
    return { available: true, devices: Array.from({ length: count }, (_, i) => describeDevice(library, i)) }
  } catch (error) {
    return { available: false, reason: (error as Error).message.replaceAll('\n', '; ') }
  }
}
