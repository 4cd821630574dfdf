// Philox-4x32-10 (Salmon et al. 2011), four counters at a time.

export let w0: v128 = i32x4.splat(0)
export let w1: v128 = i32x4.splat(0)
export let w2: v128 = i32x4.splat(0)
export let w3: v128 = i32x4.splat(0)
export let v0: v128 = i32x4.splat(0)
export let v1: v128 = i32x4.splat(0)
export let v2: v128 = i32x4.splat(0)
export let v3: v128 = i32x4.splat(0)

/** The keys of a round and of the next: each word four times over, ten rounds of two vectors (made by the host: `roundKeys`). */
const KEY_BYTES: usize = 320

/** SpikeBits 0 to 3 of four counters, into w0 to w3: lane i of w0 is word 0 of counter i. */
export function philox(c0: v128, c1: v128, c2: v128, c3: v128, keys: usize): void {
  const m0 = i32x4.splat(0xd2511f53), m1 = i32x4.splat(0xcd9e8d57)
  for (const end = keys + KEY_BYTES; keys < end; keys += 32) {
    const l0 = i64x2.extmul_low_i32x4_u(c0, m0), h0 = i64x2.extmul_high_i32x4_u(c0, m0)
    const l1 = i64x2.extmul_low_i32x4_u(c2, m1), h1 = i64x2.extmul_high_i32x4_u(c2, m1)
    const low0 = v128.shuffle<i32>(l0, h0, 0, 2, 4, 6), high0 = v128.shuffle<i32>(l0, h0, 1, 3, 5, 7)
    const low1 = v128.shuffle<i32>(l1, h1, 0, 2, 4, 6), high1 = v128.shuffle<i32>(l1, h1, 1, 3, 5, 7)
    c0 = v128.xor(v128.xor(high1, c1), v128.load(keys))
    c1 = low1
    c2 = v128.xor(v128.xor(high0, c3), v128.load(keys, 16))
    c3 = low0
  }
  w0 = c0
  w1 = c1
  w2 = c2
  w3 = c3
}

/** `philox` of counters that differ in their last word alone, into w0 to w3 and v0 to v3: two chains of work, which a core does side by side. */
export function philoxTwice(c0: v128, c1: v128, c2: v128, c3: v128, d3: v128, keys: usize): void {
  const m0 = i32x4.splat(0xd2511f53), m1 = i32x4.splat(0xcd9e8d57)
  let d0 = c0, d1 = c1, d2 = c2
  for (const end = keys + KEY_BYTES; keys < end; keys += 32) {
    const l0 = i64x2.extmul_low_i32x4_u(c0, m0), h0 = i64x2.extmul_high_i32x4_u(c0, m0)
    const l1 = i64x2.extmul_low_i32x4_u(c2, m1), h1 = i64x2.extmul_high_i32x4_u(c2, m1)
    c0 = v128.xor(v128.xor(v128.shuffle<i32>(l1, h1, 1, 3, 5, 7), c1), v128.load(keys))
    c1 = v128.shuffle<i32>(l1, h1, 0, 2, 4, 6)
    c2 = v128.xor(v128.xor(v128.shuffle<i32>(l0, h0, 1, 3, 5, 7), c3), v128.load(keys, 16))
    c3 = v128.shuffle<i32>(l0, h0, 0, 2, 4, 6)
    const p0 = i64x2.extmul_low_i32x4_u(d0, m0), q0 = i64x2.extmul_high_i32x4_u(d0, m0)
    const p1 = i64x2.extmul_low_i32x4_u(d2, m1), q1 = i64x2.extmul_high_i32x4_u(d2, m1)
    d0 = v128.xor(v128.xor(v128.shuffle<i32>(p1, q1, 1, 3, 5, 7), d1), v128.load(keys))
    d1 = v128.shuffle<i32>(p1, q1, 0, 2, 4, 6)
    d2 = v128.xor(v128.xor(v128.shuffle<i32>(p0, q0, 1, 3, 5, 7), d3), v128.load(keys, 16))
    d3 = v128.shuffle<i32>(p0, q0, 0, 2, 4, 6)
  }
  w0 = c0
  w1 = c1
  w2 = c2
  w3 = c3
  v0 = d0
  v1 = d1
  v2 = d2
  v3 = d3
}
