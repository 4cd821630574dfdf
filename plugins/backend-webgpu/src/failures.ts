import { HillockError } from '@hillock/core'

const again = 'create a new backend and resume from the last checkpoint'

/** The device is gone: unplugged, reset by the driver, taken by the browser. */
export const lost = (reason: string): HillockError =>
  new HillockError('HILLOCK_DEVICE', `the GPU of the backend 'webgpu' was lost: ${reason || 'no reason given'}`, {
    hint: again,
  })

/** What the device says of a call. Kernels bear the names of their neurons. */
export function refused(what: string, error: { readonly message: string; readonly constructor: { name: string } }) {
  const message = error.message.trim()
  if (error.constructor.name === 'GPUOutOfMemoryError') return outOfMemory(`${what}: ${message}`)
  return new HillockError('HILLOCK_DEVICE', `the GPU of the backend 'webgpu' refuses ${what}: ${message}`, {
    hint: 'update browser and driver, or use another backend; this one cannot be used any more',
  })
}

export const outOfMemory = (found: string): HillockError =>
  new HillockError('HILLOCK_OUT_OF_MEMORY', `the GPU has not enough memory for ${found}`, {
    hint: 'use smaller batches, or fewer steps',
  })
