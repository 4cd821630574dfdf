// Arrays lie as [batch][panel][time][width]: panels of 32 neurons, the last one as wide as its neurons need (a multiple of 4).
// A panel of one sample is one piece of memory that a scan reads from end to end. Spikes are one bit a neuron: [batch][panel][time] words.

/** Argument `i` of a command. */
@inline
export function arg(args: usize, i: i32): i32 {
  return load<i32>(args + (<usize>i << 2))
}

/** Neurons rounded up to whole vectors of 4. */
@inline
export function padded(n: i32): i32 {
  return (n + 3) & ~3
}

/** Width of panel `p` of `n` neurons. */
@inline
export function widthOf(p: i32, n: i32): i32 {
  const rest = padded(n) - (p << 5)
  return rest < 32 ? rest : 32
}

@inline
export function panels(n: i32): i32 {
  return (n + 31) >> 5
}

/** c + x y: rounded once where the module is built with relaxed SIMD, else twice. */
@inline
export function multiplyAdd(x: v128, y: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(x, y, c) : f32x4.add(c, f32x4.mul(x, y))
}
