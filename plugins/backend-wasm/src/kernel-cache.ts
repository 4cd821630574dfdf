import type { Kernel } from '@hillock/core/backend'
import type { Program } from '@hillock/core/equations'
import type { Code } from './assembler.ts'
import type { Machine } from './machine.ts'

/** Kernels that were compiled before, and what was found out about programs, by identity. */
export interface KernelCache {
  /** The number of a kernel's function for one layout of its arguments, emitted when first asked for. */
  function(kernel: Kernel, layout: string, emit: () => Code): number
  /** Something that follows from a program and a text. */
  once<T>(program: Program, key: string, make: () => T): T
}

export function createKernelCache(machine: Machine): KernelCache {
  const functions = new WeakMap<Kernel, Map<string, number>>()
  const findings = new WeakMap<Program, Map<string, unknown>>()
  return {
    function(kernel, layout, emit) {
      const known = functions.get(kernel) ?? new Map<string, number>()
      functions.set(kernel, known)
      const id = known.get(layout) ?? machine.add(emit(), kernel.name)
      known.set(layout, id)
      return id
    },
    once<T>(program: Program, key: string, make: () => T): T {
      const known = findings.get(program) ?? new Map<string, unknown>()
      findings.set(program, known)
      if (!known.has(key)) known.set(key, make())
      return known.get(key) as T
    },
  }
}
