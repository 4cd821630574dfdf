import type { Backend, Tensor } from '../backend.ts'
import type { LayerPass, Watched } from './pass.ts'

/** Tensors that end with the step, and what is looked at before. */
export interface Temporaries {
  readonly watched: readonly Watched[]
  temporary(shape: readonly number[], kind?: Tensor['kind']): Tensor
  adopt(tensor: Tensor): Tensor
  scope<T>(work: () => Promise<T>): Promise<T>
  watch(tensor: Tensor, reason: string, pass?: LayerPass): void
  free(): void
}

export function createTemporaries(backend: Backend): Temporaries {
  const temporaries: Tensor[] = []
  const watched: Watched[] = []
  /** Of what was watched within scopes, which it does not outlive. */
  const totals: Tensor[] = []
  let scopes = 0
  const adopt = (tensor: Tensor): Tensor => {
    temporaries.push(tensor)
    return tensor
  }
  return {
    watched,
    temporary: (shape, kind) => adopt(backend.alloc(shape, kind)),
    adopt,
    async scope(work) {
      const from = temporaries.length
      scopes++
      try {
        return await work()
      } finally {
        scopes--
        for (const tensor of temporaries.splice(from)) backend.free(tensor)
      }
    },
    watch(tensor, reason, pass) {
      if (scopes === 0) return void watched.push({ tensor, reason, pass })
      const total = backend.alloc([])
      backend.sum(tensor, total)
      totals.push(total)
      watched.push({ tensor: total, reason, pass: undefined })
    },
    free() {
      watched.length = 0
      for (const tensor of [...temporaries.splice(0), ...totals.splice(0)]) backend.free(tensor)
    },
  }
}
