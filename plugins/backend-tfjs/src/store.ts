import type { Tensor } from '@hillock/core/learner'
import { sizeOf } from '@hillock/core/options'
import type { Tf, TfTensor } from './tf.ts'

/**
 * An array of hillock's: its numbers on the host, a tensor of tfjs, or one [B, N] for each of its time steps. Each is made of another when
 * it is first asked for; of an array that was never written all are absent, and it counts as zeros.
 */
export interface Held extends Tensor {
  host: Float32Array | undefined
  whole: TfTensor | undefined
  rows: readonly TfTensor[] | undefined
}

export type Store = ReturnType<typeof createStore>

/** Holds the arrays of a backend. What it hands out belongs to it; what it is given to hold it may be given again. */
export function createStore(tf: Tf) {
  const live = new Set<Held>()
  /** Another tensor of the same numbers, where `clone` of tfjs-wasm copies them. */
  const share = (tensor: TfTensor): TfTensor => tf.reshape(tensor, tensor.shape)
  /** Past the end of a `tidy`, and once for each array: one tensor may be the value of two. */
  const keep = (tensor: TfTensor): TfTensor => tf.keep(tensor.kept ? share(tensor) : tensor)

  function forget(t: Held): void {
    t.whole?.dispose()
    for (const row of t.rows ?? []) row.dispose()
    t.host = t.whole = t.rows = undefined
  }

  /** An array takes a value: what it held ends when the new one is there, which may be made of it. */
  function set(t: Held, value: Partial<Pick<Held, 'host' | 'whole' | 'rows'>>): void {
    forget(t)
    Object.assign(t, value)
  }

  function wholeOf(t: Held): TfTensor {
    if (t.whole) return t.whole
    const shape = [...t.shape]
    t.whole = tf.tidy(() =>
      keep(
        t.rows?.length
          ? tf.reshape(t.rows.length === 1 ? t.rows[0]! : tf.stack([...t.rows]), shape)
          : t.host
            ? tf.tensor(t.host, shape, 'float32')
            : tf.zeros(shape),
      ),
    )
    return t.whole
  }

  const hostOf = (t: Held): Float32Array => t.host ?? (wholeOf(t).dataSync() as Float32Array)

  return {
    live,
    keep,
    share,
    wholeOf,
    hostOf,
    alloc(shape: readonly number[], kind: Tensor['kind'] = 'real'): Held {
      const t: Held = { shape: [...shape], kind, host: undefined, whole: undefined, rows: undefined }
      live.add(t)
      return t
    },
    free(t: Held): void {
      forget(t)
      live.delete(t)
    },
    /** The time steps, each of the shape without its first dimension. */
    rowsOf(t: Held): readonly TfTensor[] {
      if (t.rows) return t.rows
      const [steps, ...shape] = t.shape as [number, ...number[]]
      const rows: readonly TfTensor[] = tf.tidy(() => {
        if (steps === 0) return []
        if (steps === 1) return [keep(tf.reshape(wholeOf(t), shape))]
        // tfjs-wasm copies all of a tensor to the host for each slice of it: 50 of them take 70 times as long as this.
        if (t.host === undefined && tf.getBackend() !== 'wasm') return tf.unstack(wholeOf(t)).map(keep)
        const [values, size] = [hostOf(t), sizeOf(shape)]
        return Array.from({ length: steps }, (_, at) =>
          keep(tf.tensor(values.subarray(at * size, (at + 1) * size), shape, 'float32')),
        )
      })
      t.rows = rows
      return rows
    },
    setHost: (t: Held, host: Float32Array) => set(t, { host }),
    setWhole: (t: Held, whole: TfTensor) => set(t, { whole: keep(whole) }),
    /** Takes tensors that are kept: the whole, or its rows. */
    setKept: (t: Held, parts: readonly TfTensor[]) =>
      set(t, parts.length === 0 ? {} : parts[0]!.rank === t.shape.length ? { whole: parts[0] } : { rows: parts }),
    async read(t: Held): Promise<Float32Array> {
      return Float32Array.from(t.host ?? (await wholeOf(t).data()))
    },
    freeAll(): void {
      for (const t of live) forget(t)
      live.clear()
    },
  }
}
