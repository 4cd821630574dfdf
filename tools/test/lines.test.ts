import { expect, test } from '@jest/globals'
import { decode, encode } from '@jridgewell/sourcemap-codec'

const lines = '../src/lines.js'
type Built = { readonly code: string; readonly map: { readonly mappings: string } }
const { inLines } = (await import(lines)) as { inLines: (code: string, map: { mappings: string }) => Built }

const code = [
  `import{a as e}from"x";const t="é; throw 1",n=/;throw/;function r(i){if(i<0)throw new e(\`a;\${t}b;\n\${i}\`,{é:1});for(let o=0;o<i;o++)if(o>2)throw o;else r(o-1);return i}`,
  'function s(c){switch(c){case 1:throw c;default:return()=>{throw Error(`x`)}}}var u=class{m(){try{throw 1}catch(c){return c}}};export{r,s as x,u};',
].join('\n')

/** A mapping for each character, to a place that tells which one it is. */
const everywhere = code
  .split('\n')
  .map((line, row) => Array.from(line, (_, at) => [at, 0, row, at] as [number, number, number, number]))

test('every throw has a line of its own, and nothing else changes', () => {
  const built = inLines(code, { mappings: encode(everywhere) })
  const rows = built.code.split('\n')
  expect(rows.filter((row) => /^throw /.test(row))).toHaveLength(5)
  expect(rows.filter((row) => /.throw (?!1")/.test(row.replace('/;throw/', '')))).toEqual([])
  expect(built.code.replaceAll('\n', '')).toBe(code.replaceAll('\n', ''))
})

test('every mapping moves along', () => {
  const built = inLines(code, { mappings: encode(everywhere) })
  const [before, after] = [code.split('\n'), built.code.split('\n')]
  const moved = decode(built.map.mappings).flatMap((segments, row) =>
    segments.map(([column, , from, at]) => [after[row]![column], before[from!]![at!]]),
  )
  expect(moved).toHaveLength(everywhere.flat().length)
  expect(moved.filter(([found, wanted]) => found !== wanted)).toEqual([])
})
