/**
 * What stands before every kernel. Sums and products pass through an exclusive or with a 0 that the compiler does not know, since WGSL lets
 * it contract and re-associate them, and some do; NaN is told by its bits, since WGSL lets it be taken for absent.
 */
export const prelude = `
@group(0) @binding(0) var<storage, read_write> reals: array<f32>;
@group(0) @binding(1) var<storage, read_write> words: array<atomic<u32>>;
@group(0) @binding(2) var<storage, read> args: array<u32>;
@group(0) @binding(3) var<uniform> first: vec4<u32>;
var<private> infinity: u32 = 0x7f800000u;
var<private> nan: u32 = 0x7fc00000u;
var<private> zero: u32;
fn rounded(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) ^ zero); }
fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn minOrNan(a: f32, b: f32) -> f32 { return select(select(min(a, b), b, isNan(b)), a, isNan(a)); }
fn maxOrNan(a: f32, b: f32) -> f32 { return select(select(max(a, b), b, isNan(b)), a, isNan(a)); }
fn mulHigh(a: u32, b: u32) -> u32 {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let carry = (middle & 0xffffu) + aLow * bHigh;
  return aHigh * bHigh + (middle >> 16u) + (carry >> 16u);
}`
