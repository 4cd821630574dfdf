import { type Backend, HillockError } from '@hillock/core'
import type { Tensor } from '@hillock/core/learner'
import type { Held, Store } from './store.ts'
import type { Tf, TfTensor } from './tf.ts'

/** Does work with a backend of tfjs selected. */
export type Use = <T>(work: () => T) => T

interface Owner {
  readonly tf: Tf
  readonly store: Store
  readonly use: Use
}

const owners = new WeakMap<Tensor, Owner>()

/** Notes whose a tensor is. */
export function owned(tensor: Held, owner: Owner): Held {
  owners.set(tensor, owner)
  return tensor
}

function ownerOf(where: string, tensor: Tensor): Owner {
  const owner = owners.get(tensor)
  if (owner) return owner
  const hint = 'use it with tensors and backends that tfjs() has made'
  throw new HillockError('HILLOCK_OPTION', `${where}: the tensor is of another backend`, { hint })
}

/**
 * A tensor of hillock's with the value of one of tfjs, of the same shape: spikes if that is of dtype `bool`, else real numbers. Nothing is copied but
 * what is not float32. Both live on their own: free this one on the backend, dispose of that one.
 *
 * Throws HILLOCK_OPTION if the backend is none of tfjs, and for a dtype that has no numbers.
 */
export function fromTensor(backend: Backend, tensor: TfTensor): Tensor {
  if (tensor.dtype === 'string' || tensor.dtype === 'complex64') {
    throw new HillockError('HILLOCK_OPTION', `fromTensor: the tensor is of dtype ${tensor.dtype}`, {
      hint: 'give one of float32, int32 or bool',
    })
  }
  const made = backend.alloc(tensor.shape, tensor.dtype === 'bool' ? 'spikes' : 'real')
  try {
    const { tf, store, use } = ownerOf('fromTensor', made)
    const value = () => (tensor.dtype === 'float32' ? store.share(tensor) : tf.cast(tensor, 'float32'))
    use(() => tf.tidy(() => store.setWhole(made as Held, value())))
    return made
  } catch (error) {
    backend.free(made)
    throw error
  }
}

/**
 * A tensor of tfjs, float32, with the value of one of hillock's that lives on a backend of tfjs. Nothing is copied but time steps that lie apart. Dispose
 * of it as of any other; hillock's stays.
 *
 * Throws HILLOCK_OPTION if the tensor is of another backend.
 */
export function toTensor(tensor: Tensor): TfTensor {
  const { store, use } = ownerOf('toTensor', tensor)
  return use(() => store.share(store.wholeOf(tensor as Held)))
}
