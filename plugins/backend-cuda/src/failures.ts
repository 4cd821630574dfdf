import { HillockError } from '@hillock/core'

/** An error of the driver by its number, as `cuda.h` has them, with its name. */
export interface Failure {
  readonly call: string
  readonly code: number
  readonly name: string
}

const outOfMemory = 2
/** The driver is older than the package that was asked for, or than the GPU. */
const oldDriver = [35, 803, 804]
const noDevice = [100, 101]
/** The text of a kernel is refused: not of this GPU, not valid, or newer than the driver. */
const refusedKernel = [200, 209, 218, 220, 221, 222, 223]

/** What an error of the driver means for who uses the backend. */
export function failed({ call, code, name }: Failure, detail = ''): HillockError {
  const found = `${call}: ${name} (${code})${detail && `: ${detail}`}`
  if (code === outOfMemory)
    return new HillockError('HILLOCK_OUT_OF_MEMORY', `the GPU has not enough memory: ${found}`, {
      hint: 'use smaller batches, or fewer steps; other programs may use memory too (see nvidia-smi)',
    })
  if (oldDriver.includes(code))
    return new HillockError('HILLOCK_UNSUPPORTED', `the NVIDIA driver is too old: ${found}`, {
      hint: 'update the driver, and restart where it was updated while it was in use',
    })
  if (noDevice.includes(code))
    return new HillockError('HILLOCK_UNSUPPORTED', `there is no such NVIDIA GPU: ${found}`, {
      hint: 'nvidia-smi lists the GPUs; CUDA_VISIBLE_DEVICES may hide some',
    })
  if (refusedKernel.includes(code))
    return new HillockError('HILLOCK_DEVICE', `the NVIDIA driver refuses a kernel: ${found}`, {
      hint: 'update the driver, or use another backend',
    })
  return new HillockError('HILLOCK_DEVICE', `the GPU of the backend 'cuda' failed: ${found}`, {
    hint: 'create a new backend and resume from the last checkpoint; restart the process if it fails too',
  })
}

/** Whether the driver answers every later call with the same error: the context is dead. */
export const isFatal = (code: number): boolean =>
  ![outOfMemory, ...oldDriver, ...noDevice, ...refusedKernel].includes(code)
