import type { Backend } from '@hillock/core'
import type { Tensor } from '@hillock/core/learner'
import { describe, expect, test } from '@jest/globals'
import { broken, inside, run } from './broken.ts'

// Faults of backends whose layers are wider than they say, or who write beyond a tensor, planted into the reference backend.

type Change = (whole: Backend) => Partial<Backend>

/** Whether a layer of so many neurons leaves lanes over, where vectors hold four. */
const hasLanes = (tensor: Tensor) => (tensor.shape.at(-1) ?? 1) % 4 !== 0

const neighbours = (what: string) => `${what} leaves its neighbours as they are`

/** Changes the tensor that was made after the one that a call writes to. */
function writesBeyond(call: (whole: Backend, spill: (out: Tensor) => void) => Partial<Backend>): Change {
  return (whole) => {
    const made: Tensor[] = []
    const spill = (out: Tensor) => {
      const next = made[made.indexOf(out) + 1]
      if (next === undefined) return
      const data = inside(next)
      data[0] = data[0] === 0 ? 1 : 0
      whole.slice(next, 0, next)
    }
    return {
      alloc(shape, kind) {
        const tensor = whole.alloc(shape, kind)
        made.push(tensor)
        return tensor
      },
      free: (tensor) => void made.splice(made.indexOf(tensor), 1),
      ...call(whole, spill),
    }
  }
}

const faults: Record<string, { readonly change: Change; readonly seen: string }> = {
  'lists events of neurons that are not there': {
    change: ({ readEvents }) => ({
      async readEvents(tensor) {
        const { start, index } = await readEvents!(tensor)
        if (!hasLanes(tensor)) return { start, index }
        return { start: start.with(-1, start.at(-1)! + 1), index: Int32Array.of(...index, tensor.shape.at(-1)!) }
      },
    }),
    seen: 'neurons that fire by a threshold below 0',
  },
  'makes currents of spikes of neurons that are not there': {
    change: ({ matmul }) => ({
      matmul(a, b, out, options) {
        matmul(a, b, out, options)
        if (a.kind === 'spikes' && !options?.transposeA && hasLanes(a)) inside(out)[0]! += 0.5
      },
    }),
    seen: 'neurons that fire by a rhythm of its own',
  },
  'counts spikes of neurons that are not there': {
    change: ({ sum }) => ({
      sum(a, out) {
        sum(a, out)
        if (a.kind === 'spikes' && out.shape.length === 0 && hasLanes(a)) inside(out)[0]! += 1
      },
    }),
    seen: 'neurons that fire by a large chance',
  },
  'sums quotients of what is not there': {
    change: ({ sum }) => ({
      sum(a, out) {
        sum(a, out)
        if (a.kind === 'real' && out.shape.length === 0 && hasLanes(a)) inside(out)[0] = Number.NaN
      },
    }),
    seen: 'quotients of each neuron',
  },
  'multiplies quotients of what is not there': {
    change: ({ matmul }) => ({
      matmul(a, b, out, options) {
        matmul(a, b, out, options)
        if (a.kind === 'real' && a.shape[0] === 1 && hasLanes(a)) inside(out).fill(Number.NaN)
      },
    }),
    seen: 'quotients of each neuron, few of them not 0',
  },
  'needs errors of neurons that are not there': {
    change: ({ sum }) => ({
      sum(a, out) {
        sum(a, out)
        if (a.kind === 'spikes' && hasLanes(a)) inside(out)[0]! += 1
      },
    }),
    seen: 'where an error is needed',
  },
  'writes spikes beyond a tensor': {
    change: writesBeyond(({ scan }, spill) => ({
      scan(kernel, bindings) {
        scan(kernel, bindings)
        if (bindings.outputs.spike) spill(bindings.outputs.spike)
      },
    })),
    seen: neighbours('a draw of a share of 0.05'),
  },
  'writes adjoints beyond a tensor': {
    change: writesBeyond(({ reverse }, spill) => ({
      reverse(kernel, bindings) {
        reverse(kernel, bindings)
        for (const tensor of Object.values(bindings.outputs)) spill(tensor)
      },
    })),
    seen: neighbours('a scan forward and backward'),
  },
  'writes states beyond a tensor': {
    change: writesBeyond(({ map }, spill) => ({
      map(kernel, bindings) {
        map(kernel, bindings)
        for (const tensor of Object.values(bindings.states)) spill(tensor)
      },
    })),
    seen: neighbours('a map'),
  },
  'writes a gradient beyond a tensor': {
    change: writesBeyond(({ matmul }, spill) => ({
      matmul(a, b, out, options) {
        matmul(a, b, out, options)
        if (options?.transposeA && a.kind === 'spikes' && hasLanes(a)) spill(out)
      },
    })),
    seen: neighbours('a gradient of neurons that fire by themselves'),
  },
  'writes a product beyond a tensor, where parts are needed': {
    change: writesBeyond(({ matmul }, spill) => ({
      matmul(a, b, out, options) {
        matmul(a, b, out, options)
        if (options?.activeMask) spill(out)
      },
    })),
    seen: neighbours('a b^T where needed of reals'),
  },
  'writes a sum beyond a tensor': {
    change: writesBeyond(({ sum }, spill) => ({
      sum(a, out) {
        sum(a, out)
        if (a.kind === 'spikes') spill(out)
      },
    })),
    seen: neighbours('a sum of spikes'),
  },
  'writes time steps beyond a tensor': {
    change: writesBeyond(({ slice }, spill) => ({
      slice(a, from, out) {
        slice(a, from, out)
        if (a !== out) spill(out)
      },
    })),
    seen: neighbours('a slice of reals'),
  },
  'writes values beyond a tensor': {
    change: writesBeyond(({ write }, spill) => ({
      write(tensor, values) {
        write(tensor, values)
        if (hasLanes(tensor)) spill(tensor)
      },
    })),
    seen: neighbours('what writes and reads spikes'),
  },
  'harms a neighbour by reading': {
    change: writesBeyond(({ read }, spill) => ({
      read(tensor) {
        spill(tensor)
        return read(tensor)
      },
    })),
    seen: neighbours('what writes and reads reals'),
  },
  'reads from memory that others have by now': {
    change: ({ read }) => ({ read: async (tensor) => Promise.resolve().then(() => read(tensor)) }),
    seen: 'two trainings in turns read what they read one after the other',
  },
  'takes another training for the same one': {
    change: ({ matmul, map, alloc, write }) => {
      const kept = new Map<string, Float32Array>()
      return {
        matmul(a, b, out, options) {
          const key = `${b.shape}`
          kept.set(key, kept.get(key) ?? inside(b).slice())
          const copy = alloc(b.shape)
          write(copy, options?.transposeA ? inside(b) : kept.get(key)!)
          matmul(a, copy, out, options)
        },
        map(kernel, bindings) {
          kept.clear()
          map(kernel, bindings)
        },
      }
    },
    seen: 'two trainings in turns read what they read one after the other',
  },
}

describe('the suite sees a backend that', () => {
  test.each(Object.entries(faults))(
    '%s',
    async (_, { change, seen }) => {
      expect((await run({ create: broken(change) }, seen)).failed).toEqual([seen])
    },
    60_000,
  )
})
