// Bytes of random a nanosecond: Philox-4x32-10 and Threefry-2x32-20, in WebAssembly SIMD and in plain JavaScript.
// The candidates take turns; a row is the median of 41 turns with its quartiles.
import { equal } from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { rolldown } from 'rolldown'
import { philoxSource, threefrySource } from './source.mjs'
import { threefry2x32 } from './threefry.mjs'

const input = fileURLToPath(new URL('../../packages/core/src/random/index.ts', import.meta.url))
const { output } = await (await rolldown({ input })).generate()
const { bernoulliBlock, philox4x32, stream, uniformBits } = await import(
  `data:text/javascript,${encodeURIComponent(output[0].code)}`
)

const turns = 41
const kernels = {
  philox64: philoxSource('philox64', 1),
  philox128: philoxSource('philox128', 2),
  threefry64: threefrySource('threefry64', 2),
  threefry128: threefrySource('threefry128', 4),
}
const wasm = await compile(Object.values(kernels).join('\n'))
const words = new Uint32Array(4)

check()
const wasmBytes = 2 ** 22
const calls = 100_000
report('bytes a nanosecond', (ns, bytes) => bytes / ns, {
  'Philox, SIMD, 64 bytes at once': { amount: wasmBytes, run: () => wasm.philox64(wasmBytes / 16, 1, 2) },
  'Threefry, SIMD, 64 bytes at once': { amount: wasmBytes, run: () => wasm.threefry64(wasmBytes / 8, 1, 2) },
  'Philox, SIMD, 128 bytes at once': { amount: wasmBytes, run: () => wasm.philox128(wasmBytes / 16, 1, 2) },
  'Threefry, SIMD, 128 bytes at once': { amount: wasmBytes, run: () => wasm.threefry128(wasmBytes / 8, 1, 2) },
  'Philox, JavaScript': { amount: 16 * calls, run: () => repeat((i) => philox4x32(i, 1, 2, 3, 4, 5, words)) },
  'Threefry, JavaScript': { amount: 8 * calls, run: () => repeat((i) => threefry2x32(i, 1, 4, 5, words, 0)) },
})
report('nanoseconds a call', (ns, count) => ns / count, {
  philox4x32: { amount: calls, run: () => repeat((i) => philox4x32(i, 1, 2, 3, 4, 5, words)) },
  uniformBits: { amount: calls, run: () => repeat((i) => uniformBits(1, stream.encoding, 0, 1, 2, i, 3)) },
  'bernoulliBlock, p = 0.1': {
    amount: calls,
    run: () => repeat((i) => bernoulliBlock(1, stream.encoding, 0, 1, 2, i, 0, 0.1)),
  },
})

function repeat(call) {
  for (let i = 0; i < calls; i++) call(i)
}

/** Both generators give their published first words (Random123, kat_vectors) in WebAssembly and in JavaScript. */
function check() {
  for (const name of Object.keys(kernels)) {
    wasm[name](1, 0, 0)
    const first = name.startsWith('philox') ? 0x6627e8d5 : 0x6b200159
    equal(new Uint32Array(wasm.memory.buffer, 0, 1)[0], first, name)
  }
  philox4x32(0, 0, 0, 0, 0, 0, words)
  equal(words[0], 0x6627e8d5)
  threefry2x32(0, 0, 0, 0, words, 0)
  equal(words[0], 0x6b200159)
}

async function compile(source) {
  let binary
  const options = ['--optimizeLevel', '3', '--runtime', 'stub', '--noAssert', '--use', 'abort=', '--initialMemory', '1']
  const { error, stderr } = await asc.main(['random.ts', ...options, '--enable', 'simd', '--outFile', 'random.wasm'], {
    readFile: (name) => (name === 'random.ts' ? source : null),
    writeFile: (name, data) => {
      if (name === 'random.wasm') binary = data
    },
    listFiles: () => [],
  })
  if (error) throw new Error(String(stderr), { cause: error })
  return (await WebAssembly.instantiate(binary, {})).instance.exports
}

function report(unit, figure, candidates) {
  const figures = new Map(Object.keys(candidates).map((name) => [name, []]))
  for (let turn = -5; turn < turns; turn++) {
    for (const [name, { amount, run }] of Object.entries(candidates)) {
      const start = performance.now()
      run()
      const ns = (performance.now() - start) * 1e6
      if (turn >= 0) figures.get(name).push(figure(ns, amount))
    }
  }
  console.log(`| ${unit} | median | quartiles |\n| --- | --- | --- |`)
  for (const [name, all] of figures) {
    const [low, median, high] = [0.25, 0.5, 0.75].map((q) =>
      all.sort((a, b) => a - b)[Math.floor(q * turns)].toFixed(2),
    )
    console.log(`| ${name} | ${median} | ${low}-${high} |`)
  }
  console.log()
}
