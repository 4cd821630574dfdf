// AssemblyScript of both generators, four counters in the lanes of a v128, `groups` of them side by side, rounds
// unrolled. A buffer of at most 8 KiB is written again and again: the generator is measured, not memory.

const each = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join('\n')
const counters = (group) => `i32x4.add(i32x4.splat(i), i32x4(${[0, 1, 2, 3].map((lane) => 4 * group + lane)}))`

/** `export function NAME(blocks, k0, k1)`: 16 bytes a block at counters (i, 0, 0, 0). */
export function philoxSource(name, groups) {
  const multiply = (g, x, m, high, low) => `
    const even${high}${g} = i64x2.extmul_low_i32x4_u(${x}${g}, ${m}), odd${high}${g} = i64x2.extmul_high_i32x4_u(${x}${g}, ${m})
    const ${high}${g} = v128.shuffle<i32>(even${high}${g}, odd${high}${g}, 1, 3, 5, 7)
    const ${low}${g} = v128.shuffle<i32>(even${high}${g}, odd${high}${g}, 0, 2, 4, 6)`
  const round = () => `{
    const key0 = i32x4.splat(a), key1 = i32x4.splat(b)
    ${each(groups, (g) => multiply(g, 'w', 'm0', 'h', 'l') + multiply(g, 'y', 'm1', 'p', 'q'))}
    ${each(
      groups,
      (g) => `w${g} = v128.xor(v128.xor(p${g}, x${g}), key0)
    y${g} = v128.xor(v128.xor(h${g}, z${g}), key1)
    x${g} = q${g}
    z${g} = l${g}`,
    )}
    a += 0x9e3779b9
    b += 0xbb67ae85
  }`
  return `export function ${name}(blocks: i32, k0: i32, k1: i32): void {
  const m0 = i32x4.splat(0xd2511f53), m1 = i32x4.splat(0xcd9e8d57)
  let at: usize = 0
  for (let i = 0; i < blocks; i += ${4 * groups}) {
    let a = k0, b = k1
    ${each(groups, (g) => `let w${g} = ${counters(g)}, x${g} = i32x4.splat(0), y${g} = x${g}, z${g} = x${g}`)}
    ${each(10, round)}
    ${each(groups, (g) => ['w', 'x', 'y', 'z'].map((v, n) => `v128.store(at, ${v}${g}, ${64 * g + 16 * n})`).join('\n'))}
    at = (at + ${64 * groups}) & 0x1fff
  }
}`
}

const rotations = [13, 15, 26, 6, 17, 29, 16, 24]

/** `export function NAME(blocks, k0, k1)`: 8 bytes a block at counters (i, 0). */
export function threefrySource(name, groups) {
  const round = (r) => {
    const left = rotations[r % 8]
    const mix = (g) => `x${g} = i32x4.add(x${g}, y${g})
    y${g} = v128.xor(v128.or(i32x4.shl(y${g}, ${left}), i32x4.shr_u(y${g}, ${32 - left})), x${g})`
    const n = (r + 1) / 4
    const inject = (g) => `x${g} = i32x4.add(x${g}, i32x4.splat(k${n % 3}))
    y${g} = i32x4.add(y${g}, i32x4.splat(k${(n + 1) % 3} + ${n}))`
    return each(groups, mix) + (r % 4 === 3 ? `\n${each(groups, inject)}` : '')
  }
  return `export function ${name}(blocks: i32, k0: i32, k1: i32): void {
  const k2 = k0 ^ k1 ^ 0x1bd11bda
  let at: usize = 0
  for (let i = 0; i < blocks; i += ${4 * groups}) {
    ${each(groups, (g) => `let x${g} = i32x4.add(${counters(g)}, i32x4.splat(k0)), y${g} = i32x4.splat(k1)`)}
    ${each(20, round)}
    ${each(groups, (g) => `v128.store(at, x${g}, ${32 * g})\nv128.store(at, y${g}, ${32 * g + 16})`)}
    at = (at + ${32 * groups}) & 0x1fff
  }
}`
}
