import type { Kernel } from '@hillock/core/backend'
import type { Device } from './device.ts'
import type { DeviceKernel } from './ir.ts'
import type { Compiled } from './queue.ts'

/** Kernels that a device has compiled: those of programs by the program and how its arguments are laid out, fixed ones by name. */
export interface Kernels {
  ofProgram(kernel: Kernel, layout: string, make: () => DeviceKernel): Compiled
  fixed(name: string, make: () => DeviceKernel): Compiled
}

export function createKernels(device: Device): Kernels {
  const programs = new WeakMap<Kernel, Map<string, Compiled>>()
  const fixed = new Map<string, Compiled>()
  const once = (known: Map<string, Compiled>, key: string, make: () => DeviceKernel): Compiled => {
    const found = known.get(key)
    if (found !== undefined) return found
    const made = make()
    const compiled = { kernel: device.compile(made), parameters: made.parameters }
    known.set(key, compiled)
    return compiled
  }
  return {
    ofProgram(kernel, layout, make) {
      const known = programs.get(kernel) ?? new Map<string, Compiled>()
      programs.set(kernel, known)
      return once(known, layout, make)
    },
    fixed: (name, make) => once(fixed, name, make),
  }
}
