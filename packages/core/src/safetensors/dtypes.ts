/** How the values of a type are stored, and how they are read: as numbers that are exactly they. */
export interface Dtype {
  /** Of one value. */
  readonly bytes: number
  /** Reads `count` values that begin at the byte `start`; undefined for one that no number of JavaScript is. */
  read(view: DataView, start: number, count: number): Float32Array | Float64Array | undefined
}

type Get = (view: DataView, at: number) => number

/** F32 and F64 have loops of their own: three times as fast as one that asks a function for each value. */
export const dtypes: Readonly<Record<string, Dtype>> = {
  F32: {
    bytes: 4,
    read(view, start, count) {
      const values = new Float32Array(count)
      for (let i = 0; i < count; i++) values[i] = view.getFloat32(start + 4 * i, true)
      return values
    },
  },
  F64: {
    bytes: 8,
    read(view, start, count) {
      const values = new Float64Array(count)
      for (let i = 0; i < count; i++) values[i] = view.getFloat64(start + 8 * i, true)
      return values
    },
  },
  F16: float(5, 10),
  BF16: float(8, 7),
  F8_E5M2: float(5, 2),
  F8_E4M3: float(4, 3, { infinity: false }),
  BOOL: each(1, (view, at) => (view.getUint8(at) === 0 ? 0 : 1)),
  U8: each(1, (view, at) => view.getUint8(at)),
  I8: each(1, (view, at) => view.getInt8(at)),
  U16: each(2, (view, at) => view.getUint16(at, true)),
  I16: each(2, (view, at) => view.getInt16(at, true)),
  U32: each(4, (view, at) => view.getUint32(at, true)),
  I32: each(4, (view, at) => view.getInt32(at, true)),
  U64: whole((view, at) => view.getUint32(at, true)),
  I64: whole((view, at) => view.getInt32(at, true)),
}

/** What takes less than 4 bytes is exact in 4. */
function each(bytes: number, get: Get): Dtype {
  return {
    bytes,
    read(view, start, count) {
      const values = bytes < 4 ? new Float32Array(count) : new Float64Array(count)
      for (let i = 0; i < count; i++) values[i] = get(view, start + bytes * i)
      return values
    },
  }
}

/** Floats of sign, exponent and fraction, as IEEE 754 lays them out; without infinity, its place goes to numbers, and one to NaN. */
function float(exponentBits: number, fractionBits: number, { infinity = true } = {}): Dtype {
  const [exponents, fractions] = [2 ** exponentBits, 2 ** fractionBits]
  const least = 2 - exponents / 2 - fractionBits
  const scale = Float64Array.from({ length: exponents }, (_, e) => 2 ** (Math.max(e - 1, 0) + least))
  const size = (exponent: number, fraction: number) => {
    if (exponent === exponents - 1) {
      if (infinity) return fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN
      if (fraction === fractions - 1) return Number.NaN
    }
    return (exponent === 0 ? fraction : fraction + fractions) * scale[exponent]!
  }
  const bytes = (1 + exponentBits + fractionBits) / 8
  return each(bytes, (view, at) => {
    const bits = bytes === 1 ? view.getUint8(at) : view.getUint16(at, true)
    const value = size((bits >> fractionBits) % exponents, bits % fractions)
    return bits < exponents * fractions ? value : -value
  })
}

/** Whole numbers of 8 bytes. */
function whole(high: Get): Dtype {
  const exact = each(8, (view, at) => high(view, at + 4) * 2 ** 32 + view.getUint32(at, true))
  return {
    bytes: 8,
    read(view, start, count) {
      const values = exact.read(view, start, count)!
      return values.every(Number.isSafeInteger) ? values : undefined
    },
  }
}
