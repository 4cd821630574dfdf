import type { Backend, Encoder, Learner, Neuron } from '@hillock/core'
import type { Tensor } from '@hillock/core/learner'

type Bound = number | Tensor

/**
 * A backend that hands every call on, as one that profiles or traces would: its tensors are its own, so that nothing but the contract
 * gets through.
 */
export function decoratedBackend(backend: Backend): Backend {
  const inner = new WeakMap<Tensor, Tensor>()
  const open = (tensor: Tensor) => inner.get(tensor) as Tensor
  const each = <T extends Bound>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(record).map(([name, value]) => [name, typeof value === 'number' ? value : (open(value) as T)]),
    )
  return {
    name: backend.name,
    ...(backend.device !== undefined && { device: backend.device }),
    supports: backend.supports,
    ...(backend.clock && { clock: backend.clock }),
    alloc(shape, kind = 'real') {
      const made = backend.alloc(shape, kind)
      const tensor = Object.freeze({ shape: made.shape, kind: made.kind })
      inner.set(tensor, made)
      return tensor
    },
    write: (tensor, values) => backend.write(open(tensor), values),
    read: (tensor) => backend.read(open(tensor)),
    free: (tensor) => backend.free(open(tensor)),
    scan: (kernel, b) =>
      backend.scan(kernel, {
        ...b,
        inputs: each(b.inputs),
        setup: each(b.setup),
        timeVarying: each(b.timeVarying),
        initial: each(b.initial),
        ...(b.matrices && { matrices: each(b.matrices) }),
        ...(b.final && { final: each(b.final) }),
        outputs: each(b.outputs),
      }),
    reverse: (kernel, b) =>
      backend.reverse(kernel, {
        ...b,
        inputs: each(b.inputs),
        setup: each(b.setup),
        timeVarying: each(b.timeVarying),
        initial: each(b.initial),
        states: each(b.states),
        signals: each(b.signals),
        ...(b.matrices && { matrices: each(b.matrices) }),
        ...(b.final && { final: each(b.final) }),
        outputs: each(b.outputs),
      }),
    map: (kernel, b) =>
      backend.map(kernel, { ...b, inputs: each(b.inputs), states: each(b.states), setup: each(b.setup) }),
    matmul: (a, b, out, { bias, activeMask, ...options } = {}) =>
      backend.matmul(open(a), open(b), open(out), {
        ...options,
        ...(bias && { bias: open(bias) }),
        ...(activeMask && { activeMask: open(activeMask) }),
      }),
    sum: (a, out) => backend.sum(open(a), open(out)),
    slice: (a, from, out) => backend.slice(open(a), from, open(out)),
    ...(backend.largest && {
      largest: (a, wiring, out, adjoint) =>
        backend.largest!(
          open(a),
          wiring,
          open(out),
          adjoint && { signal: open(adjoint.signal), into: open(adjoint.into) },
        ),
    }),
    dispose: () => backend.dispose(),
  }
}

/** A learner that hands every step on. */
export const decoratedLearner = (learner: Learner): Learner =>
  Object.freeze({
    name: learner.name,
    unlabelled: learner.unlabelled ?? false,
    step: (...given: Parameters<Learner['step']>) => learner.step(...given),
  })

/** Neurons and encoders are data: a copy that cannot be written to. */
export function copied<T extends Neuron | Encoder>(made: T): T {
  const copy = { ...made }
  Object.freeze(copy)
  return copy
}
