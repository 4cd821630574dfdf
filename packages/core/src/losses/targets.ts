/** What each output should give, in place of the class of an example. */
export interface Targets {
  /** [B, C], the same at every step, or [B, T, C]. */
  readonly values: ArrayLike<number>
  /** [B, T]: how much each step counts, 1 in the mean over the time of an example. Default: all the same. */
  readonly weights?: ArrayLike<number>
}

export const isTargets = (wanted: ArrayLike<number> | Targets): wanted is Targets => !('length' in wanted)

/** What should be given from step `from` on for `steps` of `all` steps; `size` is the batch. */
export function targetsWithin(
  { values, weights }: Targets,
  { size, all, outputs }: { readonly size: number; readonly all: number; readonly outputs: number },
  from: number,
  steps: number,
): Targets {
  const cut = (given: ArrayLike<number>, width: number) =>
    Float64Array.from({ length: size * steps * width }, (_, i) => {
      const b = Math.floor(i / (steps * width))
      return given[(b * all + from) * width + (i % (steps * width))]!
    })
  const still = values.length === size * outputs
  return { values: still ? values : cut(values, outputs), ...(weights && { weights: cut(weights, 1) }) }
}
