import type { Snapshot } from '@hillock/core'

/** How far a tensor of two runs is apart. */
export interface ComparedTensor {
  readonly name: string
  /** The first batch after which a value differed, and its place; undefined while all bits are the same. */
  readonly first: { readonly batch: number; readonly place: readonly number[] } | undefined
  /** Of the changes since the batches before were looked at, 1 for the same direction; undefined where one did not change. */
  readonly cosine: number | undefined
  /** Length of the difference, over the length of the first run's values. */
  readonly distance: number
}

/** Two runs after the same batch. */
export interface Compared {
  /** The changes that are compared are those of batches `since` + 1 to `batch`. */
  readonly since: number
  readonly batch: number
  readonly tensors: readonly ComparedTensor[]
}

type Pair = readonly [Snapshot, Snapshot]
type Values = Float32Array | Float64Array

/** The place of a value in a shape: [row, column]. */
function placeOf(index: number, shape: readonly number[]): number[] {
  let rest = index
  return [...shape]
    .reverse()
    .map((size) => {
      const at = rest % size
      rest = Math.floor(rest / size)
      return at
    })
    .reverse()
}

/** Cosine of two changes, and how far the ends are apart. */
function apart(from: readonly [Values, Values], to: readonly [Values, Values]) {
  let [product, first, second, difference, length] = [0, 0, 0, 0, 0]
  for (let i = 0; i < to[0].length; i++) {
    const [a, b] = [to[0][i]! - from[0][i]!, to[1][i]! - from[1][i]!]
    product += a * b
    first += a * a
    second += b * b
    difference += (to[0][i]! - to[1][i]!) ** 2
    length += to[0][i]! ** 2
  }
  const cosine = first === 0 || second === 0 ? undefined : product / Math.sqrt(first * second)
  return { cosine, distance: length === 0 ? 0 : Math.sqrt(difference / length) }
}

const differing = (a: Values, b: Values) => a.findIndex((value: number, i: number) => !Object.is(value, b[i]))

/** Compares two runs of one network, batch by batch: `names` are the tensors that are looked at. */
export function createComparison(names: readonly string[], start: Pair) {
  const first = new Map<string, ComparedTensor['first']>()
  let before = { batch: 0, pair: start }
  return {
    /** The last one that was looked at. */
    get batch() {
      return before.batch
    },
    /** Whether every tensor has differed once: until then each batch is looked at, so that the first is found. */
    get parted() {
      return names.every((name) => first.has(name))
    },
    look(batch: number, pair: Pair): Compared {
      const valuesOf = (of: Pair, name: string) =>
        of.map((snapshot) => snapshot.get(name)!.values) as unknown as [Values, Values]
      const tensors = names.map((name) => {
        const now = valuesOf(pair, name)
        if (!first.has(name)) {
          const index = differing(...now)
          if (index >= 0) first.set(name, { batch, place: placeOf(index, pair[0].get(name)!.shape) })
        }
        return { name, first: first.get(name), ...apart(valuesOf(before.pair, name), now) }
      })
      const since = before.batch
      before = { batch, pair }
      return { since, batch, tensors }
    },
  }
}

/** What two runs are compared by. */
export type Comparison = ReturnType<typeof createComparison>
