import { checkOptions, HillockError, is } from '@hillock/core'
import { type DeviceBackend, deviceBackend } from '@hillock/device'
import { cudaDevice } from './device.ts'
import { countDevices, describeDevice, koffiDriver } from './koffi-driver.ts'
import { openLibrary } from './library.ts'

export interface CudaOptions {
  /** Which GPU, counted from 0 as `nvidia-smi` does. Default: 0. */
  readonly device?: number
  /** Path of the driver's library, where the system does not find it. Default: libcuda.so.1, on Windows nvcuda.dll. */
  readonly library?: string
}

/** The GPUs there are, and if there is none why. */
export type Availability =
  | { readonly available: true; readonly devices: readonly string[] }
  | { readonly available: false; readonly reason: string }

const check = (options: CudaOptions) => checkOptions('cuda', options, { device: is.whole(0), library: is.text })

/**
 * A backend on an NVIDIA GPU, through its driver alone. Operations are rounded one by one and subnormal numbers kept, so that
 * `supports.exact` is true.
 *
 * Throws HILLOCK_OPTION for a wrong option or a GPU that is not there, and HILLOCK_UNSUPPORTED if there is no driver, an old one or no GPU,
 * saying what to do. Later calls throw HILLOCK_OUT_OF_MEMORY if arrays do not fit, and HILLOCK_DEVICE if the GPU fails: the backend is of no
 * use then.
 */
export async function cuda(options: CudaOptions = {}): Promise<DeviceBackend> {
  check(options)
  const { device = 0, library: path } = options
  const library = await openLibrary(path)
  const count = countDevices(library)
  if (device >= count) {
    const hint = count === 1 ? 'give 0: there is one' : `give a number from 0 to ${count - 1}`
    throw new HillockError('HILLOCK_OPTION', `cuda: there is no GPU ${device}`, { hint })
  }
  const driver = koffiDriver(library, device)
  try {
    return deviceBackend(cudaDevice(driver), { exact: true })
  } catch (error) {
    driver.dispose()
    throw error
  }
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
