import { HillockError } from '@hillock/core'

const same = (a: number | undefined, b: number | undefined): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b))

/** Throws unless both are the same numbers, one by one; NaN equals NaN, and -0 equals 0. */
export function expectSame(what: string, found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expectLength(what, found, wanted)
  for (let i = 0; i < wanted.length; i++) {
    if (!same(found[i], wanted[i])) throw new Error(`${what}[${i}] is ${found[i]}, expected exactly ${wanted[i]}`)
  }
}

/** Throws unless the numbers differ by less than `tolerance` times the larger of 1 and the largest one; `outliers` of them may. */
export function expectNear(
  what: string,
  found: ArrayLike<number>,
  wanted: ArrayLike<number>,
  tolerance: number,
  outliers = 0,
): void {
  expectLength(what, found, wanted)
  const finite = Array.from(wanted).filter(Number.isFinite)
  const scale = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  const far = Array.from(wanted, (_, i) => i).filter(
    (i) => !same(found[i], wanted[i]) && !(Math.abs(found[i]! - wanted[i]!) <= tolerance * scale),
  )
  const [i] = far
  if (i === undefined || far.length <= outliers) return
  throw new Error(
    `${what}[${i}] is ${found[i]}, expected ${wanted[i]} within ${tolerance * scale} (${far.length} such)`,
  )
}

function expectLength(what: string, found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  if (found.length !== wanted.length) throw new Error(`${what} has ${found.length} values, expected ${wanted.length}`)
}

/** Throws unless the act is refused with the code. */
export async function expectRefused(code: string, act: () => unknown): Promise<void> {
  let found: unknown = 'nothing'
  try {
    await act()
  } catch (error) {
    found = error
  }
  if (!(found instanceof HillockError) || found.code !== code) throw new Error(`expected ${code}, found ${found}`)
}
