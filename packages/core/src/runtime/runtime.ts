import type { Backend, Tensor, Values } from '../backend.ts'
import { type CheckedBackend, checked, fits } from '../checked.ts'
import { keepWithin } from '../equations/bounds.ts'
import { HillockError } from '../errors.ts'
import type { ParamValue } from '../kernel.ts'
import type { Loss } from '../losses/loss.ts'
import { type Layer, type Network, parametersOf } from '../network.ts'
import { type ScanValues, uploadValues } from '../values.ts'
import { type LayerPass, outputName } from './forward.ts'
import { share } from './share.ts'
import { checkLearnt, checkSaved, checkSnapshot, type Snapshot } from './snapshot.ts'
import { createTemporaries, type Watched } from './temporaries.ts'

/** The parts of a training step that are timed apart. */
export type Part = 'encode' | 'forward' | 'backward' | 'update'

/** A network at work on a backend: what learners are given. */
export interface Runtime {
  readonly network: Network
  readonly backend: CheckedBackend
  readonly loss: Loss
  readonly seed: number
  /**
   * The tensor of this name that lasts from step to step: weights ('layer1.weight'), moments, a learner's own state. Made when first
   * asked for, of zeros or of `initial`; it moves along when the backend is swapped.
   */
  tensor(name: string, shape: readonly number[], initial?: () => ArrayLike<number>): Tensor
  /** A tensor that is freed at the end of the step. */
  temporary(shape: readonly number[], kind?: Tensor['kind']): Tensor
  /** Frees the temporaries made during `work` when it is done, for learners that make some at each time step. */
  scope<T>(work: () => Promise<T>): Promise<T>
  /** Takes over a tensor, to be freed at the end of the step. */
  adopt(tensor: Tensor): Tensor
  /** The setup values, schedules and initial states of a layer's neurons for so many steps from `from` on (0). */
  values(layer: Layer, steps: number, from?: number): ScanValues
  /** The neurons' parameters as learnt so far: shared ones as numbers. */
  params(layer: Layer): Readonly<Record<string, ParamValue>>
  /** Reads a layer's learnable neuron parameters back after a change, and brings those that left their bounds back to the nearest value within. */
  refresh(layer: Layer): Promise<void>
  /**
   * Has a temporary looked at when the step is over: NaN or infinity in it stops the work with HILLOCK_NOT_FINITE for this `reason`.
   * `layer`: whose pass tells more.
   */
  watch(tensor: Tensor, reason: string, layer?: Layer): void
  /** What the layers did in this step, as `forward` found it. */
  readonly passes: LayerPass[]
  /** Adds the time that `work` takes to a part of the step. */
  timed<T>(part: Part, work: () => T): T
}

/** The side of a runtime that the session holds. */
export interface RuntimeControl extends Runtime {
  readonly watched: readonly Watched[]
  /** What lasts, by name. */
  readonly lasting: ReadonlyMap<string, Tensor>
  readonly parts: Readonly<Record<Part, number>>
  /** Frees the temporaries and starts the clocks of the next step. */
  endStep(): void
  snapshot(): Promise<Snapshot>
  /** Names of the tensors in the snapshot that nothing has asked for yet. */
  readonly unused: readonly string[]
  /** Frees all tensors, and disposes of the backend when no other runtime is on it. Default of `keepBackend`: false. */
  dispose(options?: DisposeOptions): Promise<void>
}

export interface DisposeOptions {
  /** Leave the backend as it is, to be used again. */
  readonly keepBackend?: boolean
}

/**
 * Puts a network on a backend, with the weights of a snapshot or new ones drawn from the seed. Throws HILLOCK_SHAPE for a snapshot of
 * another network, HILLOCK_NOT_FINITE for one that holds NaN or infinity, HILLOCK_RANGE for a learnt parameter out of its neuron's
 * bounds, and HILLOCK_OPTION for a loss that reads what the last layer does not give out.
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
    passes: [],
    ...temporaries,
    lasting,
    tensor(name, shape, initial) {
      const found = lasting.get(name)
      if (found !== undefined) return found
      const saved = snapshot?.get(name)
      if (saved !== undefined) checkSaved(name, saved, shape)
      const tensor = backend.alloc(shape)
      const size = shape.reduce((product, n) => product * n, 1)
      try {
        const values = fits(name, () => saved?.values ?? initial?.() ?? new Float32Array(size))
        backend.write(tensor, values)
      } catch (error) {
        backend.free(tensor)
        throw error
      }
      lasting.set(name, tensor)
      return tensor
    },
    values(layer, steps, from = 0) {
      const { size, neuron } = layer
      const { compiled } = neuron.kernels
      // Without a schedule the values are the same whenever the steps are.
      const scheduled = Object.keys(compiled.schedule.outputs).length > 0
      const key = `${layer.name} ${steps} ${scheduled ? from : 0}`
      const where = `${layer.name} (${neuron.name})`
      const made =
        values.get(key) ?? uploadValues(backend, compiled, runtime.params(layer), { steps, from, size, where })
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
      runtime.passes.length = 0
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
    for (const tensor of lasting.values()) backend.free(tensor)
    values.clear()
    lasting.clear()
  }

  function takeParameters(): void {
    for (const layer of network.layers) {
      const starts = new Map<string, Values>()
      for (const { name, shape, initial } of parametersOf(layer)) {
        if (snapshot !== undefined && !snapshot.has(name)) {
          const hint = `it holds ${[...snapshot.keys()].join(', ')}`
          throw new HillockError('HILLOCK_SHAPE', `the snapshot has no '${name}'`, { hint })
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
