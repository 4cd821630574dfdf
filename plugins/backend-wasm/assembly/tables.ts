// "Four Russians": for each 4 rows a table of their 16 partial sums. What is chosen of 64 rows by 64 bits then takes 16 additions, however
// many bits are set. Rows of tables lie 128 bytes apart, as those of a full panel.

export const TABLE_BYTES: usize = 32768

/** Partial sums of up to 64 rows of `stride` bytes. */
export function buildTables(rows: usize, count: i32, stride: usize, tables: usize): void {
  for (; count > 0; count -= 4, rows += stride << 2, tables += 2048) {
    // What lies beyond the last row is read as the last row, and never chosen.
    const r1 = count > 1 ? stride : 0, r2 = count > 2 ? stride << 1 : 0, r3 = count > 3 ? stride * 3 : 0
    for (let c: usize = 0; c < stride; c += 16) {
      const from = rows + c
      const w0 = v128.load(from)
      const w1 = v128.load(from + r1)
      const w2 = v128.load(from + r2)
      const w3 = v128.load(from + r3)
      const w01 = f32x4.add(w0, w1)
      const w02 = f32x4.add(w0, w2)
      const w12 = f32x4.add(w1, w2)
      const w012 = f32x4.add(w01, w2)
      const to = tables + c
      v128.store(to, f32x4.splat(0), 0)
      v128.store(to, w0, 128)
      v128.store(to, w1, 256)
      v128.store(to, w01, 384)
      v128.store(to, w2, 512)
      v128.store(to, w02, 640)
      v128.store(to, w12, 768)
      v128.store(to, w012, 896)
      v128.store(to, w3, 1024)
      v128.store(to, f32x4.add(w0, w3), 1152)
      v128.store(to, f32x4.add(w1, w3), 1280)
      v128.store(to, f32x4.add(w01, w3), 1408)
      v128.store(to, f32x4.add(w2, w3), 1536)
      v128.store(to, f32x4.add(w02, w3), 1664)
      v128.store(to, f32x4.add(w12, w3), 1792)
      v128.store(to, f32x4.add(w012, w3), 1920)
    }
  }
}

/** out = start + the rows chosen by the bits of `mask`, in `groups` tables; `n` vectors wide (a constant). */
@inline
export function addSelected(mask: u64, groups: i32, tables: usize, start: usize, out: usize, n: i32): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0
  if (start) {
    a0 = v128.load(start, 0)
    if (n > 1) a1 = v128.load(start, 16)
    if (n > 2) a2 = v128.load(start, 32)
    if (n > 3) a3 = v128.load(start, 48)
    if (n > 4) a4 = v128.load(start, 64)
    if (n > 5) a5 = v128.load(start, 80)
    if (n > 6) a6 = v128.load(start, 96)
    if (n > 7) a7 = v128.load(start, 112)
  }
  for (let k = 0; k < groups; k++, mask >>= 4, tables += 2048) {
    const row = tables + (<usize>(mask & 15) << 7)
    a0 = f32x4.add(a0, v128.load(row, 0))
    if (n > 1) a1 = f32x4.add(a1, v128.load(row, 16))
    if (n > 2) a2 = f32x4.add(a2, v128.load(row, 32))
    if (n > 3) a3 = f32x4.add(a3, v128.load(row, 48))
    if (n > 4) a4 = f32x4.add(a4, v128.load(row, 64))
    if (n > 5) a5 = f32x4.add(a5, v128.load(row, 80))
    if (n > 6) a6 = f32x4.add(a6, v128.load(row, 96))
    if (n > 7) a7 = f32x4.add(a7, v128.load(row, 112))
  }
  v128.store(out, a0, 0)
  if (n > 1) v128.store(out, a1, 16)
  if (n > 2) v128.store(out, a2, 32)
  if (n > 3) v128.store(out, a3, 48)
  if (n > 4) v128.store(out, a4, 64)
  if (n > 5) v128.store(out, a5, 80)
  if (n > 6) v128.store(out, a6, 96)
  if (n > 7) v128.store(out, a7, 112)
}
