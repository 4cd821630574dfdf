const rotations = [13, 15, 26, 6, 17, 29, 16, 24]

/**
 * Threefry-2x32-20 in plain JavaScript, unrolled: writes the two words of counter (c0, c1) under key (k0, k1) to
 * `out[at..at + 1]`. Only here to be measured.
 */
export const threefry2x32 = new Function('c0', 'c1', 'k0', 'k1', 'out', 'at', body())

function body() {
  const lines = ['const k2 = k0 ^ k1 ^ 0x1bd11bda', 'let x = (c0 + k0) | 0', 'let y = (c1 + k1) | 0']
  for (let r = 0; r < 20; r++) {
    const left = rotations[r % 8]
    lines.push('x = (x + y) | 0', `y = ((y << ${left}) | (y >>> ${32 - left})) ^ x`)
    if (r % 4 < 3) continue
    const n = (r + 1) / 4
    lines.push(`x = (x + k${n % 3}) | 0`, `y = (y + k${(n + 1) % 3} + ${n}) | 0`)
  }
  return [...lines, 'out[at] = x', 'out[at + 1] = y'].join('\n')
}
