import type { Backend, Tensor, Values } from '../backend.ts'
import { checked } from '../checked.ts'
import { keepWithin } from '../equations/bounds.ts'
import { fits } from '../fits.ts'
import { kept, type ParamValue } from '../kernel.ts'
import type { Loss } from '../losses/loss.ts'
import { lastingOf, type Network } from '../network/layer.ts'
import { shapeError } from '../refusals.ts'
import { sizeOf } from '../shape.ts'
import { uploadValues } from '../values.ts'
import type { Part, RuntimeControl } from './contract.ts'
import { outputName } from './forward.ts'
import { share } from './share.ts'
import { checkLearnt, checkSaved, checkSnapshot, type Snapshot } from './snapshot.ts'
import { createTemporaries } from './temporaries.ts'

export type { DisposeOptions, Part, Runtime, RuntimeControl } from './contract.ts'

/** For so many spans of time values are kept: a stream asks for ever new ones. */
const mostValues = 4096

/**
 * Puts a network on a backend, with the weights of a snapshot or new ones drawn from the seed. Throws HILLOCK_SHAPE if the snapshot is of another
 * network, HILLOCK_NOT_FINITE if it holds NaN or infinity, HILLOCK_RANGE if a learnt parameter is out of its neuron's bounds, and HILLOCK_OPTION if
 * the loss reads what the last layer does not give out.
 */
export function createRuntime(options: {
  readonly network: Network
  readonly backend: Backend
  readonly loss: Loss
  readonly seed: number
  readonly snapshot?: Snapshot | undefined
}): RuntimeControl {
  const { network, loss, seed, snapshot } = options
  outputName(network.layers.at(-1)!, loss.reads, loss.name)
  const backend = checked(options.backend)
  const { clock, leave } = share(options.backend)
  const lasting = new Map<string, Tensor>()
  const values = new Map<string, ReturnType<typeof uploadValues>>()
  const learnt = new Map<string, Map<string, Values>>()
  const constants = new Map<string, Tensor>()
  const counters = new Set<{ settle(): Promise<void>; drop(): void }>()
  const { free: freeTemporaries, ...temporaries } = createTemporaries(backend)
  const parts = { encode: 0, forward: 0, backward: 0, update: 0 }

  const runtime: RuntimeControl = {
    network,
    backend,
    loss,
    seed,
    get parts() {
      for (const [part, time] of Object.entries(clock?.take() ?? {})) parts[part as Part] += time
      return parts
    },
    ...temporaries,
    lasting,
    counters,
    tensor(name, shape, initial) {
      const found = lasting.get(name)
      if (found !== undefined) return found
      const saved = snapshot?.get(name)
      if (saved !== undefined) checkSaved(name, saved, shape)
      const tensor = backend.alloc(shape)
      try {
        const values = fits(name, () => saved?.values ?? initial?.() ?? new Float32Array(sizeOf(shape)))
        backend.write(tensor, values)
      } catch (error) {
        backend.free(tensor)
        throw error
      }
      lasting.set(name, tensor)
      return tensor
    },
    fixed(shape, value, name = String(value)) {
      return kept(constants, `${shape} ${name}`, () => {
        const tensor = backend.alloc(shape)
        const at = typeof value === 'number' ? () => value : value
        const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => at(i))
        backend.write(tensor, values)
        return tensor
      })
    },
    values(layer, steps, from = 0) {
      const { size, neuron } = layer
      const { compiled } = neuron.kernels
      // Without time-varying values they are the same whenever the steps are.
      const varies = Object.keys(compiled.timeVarying.outputs).length > 0
      const key = `${layer.name} ${steps} ${varies ? from : 0}`
      const where = `${layer.name} (${neuron.name})`
      const found = values.get(key)
      if (found !== undefined) return found
      if (values.size >= mostValues) {
        const [[oldest, { free }]] = values as unknown as [[string, { free(): void }]]
        free()
        values.delete(oldest)
      }
      const made = uploadValues(backend, compiled, runtime.params(layer), { steps, from, size, where })
      values.set(key, made)
      return made
    },
    params({ name, neuron }) {
      const params: Record<string, ParamValue> = { ...neuron.params }
      for (const [param, value] of learnt.get(name) ?? [])
        params[param] = typeof params[param] === 'number' ? value[0]! : value
      return params
    },
    async refresh(layer) {
      const { learn, definition } = layer.neuron
      if (learn.length === 0) return
      const params = new Map<string, Values>()
      for (const param of learn) params.set(param, await backend.read(lasting.get(`${layer.name}.${param}`)!))
      learnt.set(layer.name, params)
      // Twice, as the bounds of one may depend on another.
      const moved = [...learn, ...learn].filter(
        (param) => keepWithin(definition, param, params.get(param)!, runtime.params(layer)) >= 0,
      )
      for (const param of moved) backend.write(lasting.get(`${layer.name}.${param}`)!, params.get(param)!)
      for (const [key, made] of values) {
        if (!key.startsWith(`${layer.name} `)) continue
        made.free()
        values.delete(key)
      }
    },
    timed(part, work) {
      const start = performance.now()
      clock?.mark(part)
      const result = work()
      clock?.mark(undefined)
      parts[part] += performance.now() - start
      return result
    },
    endStep() {
      freeTemporaries()
      clock?.take()
      parts.encode = parts.forward = parts.backward = parts.update = 0
    },
    get unused() {
      return [...(snapshot?.keys() ?? [])].filter((name) => !lasting.has(name))
    },
    async snapshot() {
      const entries = [...lasting].map(
        async ([name, tensor]) => [name, { shape: tensor.shape, values: await backend.read(tensor) }] as const,
      )
      return new Map([...(snapshot ?? []), ...(await Promise.all(entries))])
    },
    async dispose({ keepBackend = false } = {}) {
      free()
      if (leave() && !keepBackend) await backend.dispose()
    },
  }

  try {
    takeParameters()
    if (snapshot !== undefined) checkSnapshot(snapshot)
  } catch (error) {
    free()
    leave()
    throw error
  }
  return runtime

  function free(): void {
    // Of a backend that has been disposed of nothing lives.
    if (backend.live === 0) return
    for (const made of values.values()) made.free()
    freeTemporaries()
    for (const counter of counters) counter.drop()
    for (const tensor of [...lasting.values(), ...constants.values()]) backend.free(tensor)
    for (const held of [values, lasting, constants]) held.clear()
  }

  function takeParameters(): void {
    for (const layer of network.layers) {
      const starts = new Map<string, Values>()
      for (const { name, shape, initial } of lastingOf(layer)) {
        if (snapshot !== undefined && !snapshot.has(name)) {
          const hint = `it holds ${[...snapshot.keys()].join(', ')}`
          throw shapeError(`the snapshot has no '${name}'`, hint)
        }
        let values = snapshot?.get(name)?.values
        // Drawn once there is room for them.
        runtime.tensor(name, shape, () => {
          values = initial(seed)
          return values
        })
        starts.set(name, values!)
      }
      learnt.set(layer.name, new Map(layer.neuron.learn.map((param) => [param, starts.get(`${layer.name}.${param}`)!])))
      if (snapshot !== undefined) checkLearnt(layer, runtime.params(layer))
    }
  }
}
