// Breaks minified code into lines, for what Node prints of an uncaught error: the line that threw.
import { decode, encode } from '@jridgewell/sourcemap-codec'
import { parseAst } from 'rolldown/parseAst'

/** A line ends where a statement does, once it has so many characters. */
const enough = 100

/** Code with a line for each `throw` and short lines for the rest, and its map moved along. */
export function inLines(code, map) {
  const breaks = breaksOf(code)
  const pieces = [0, ...breaks].map((from, i) => code.slice(from, breaks[i]))
  return { code: pieces.join('\n'), map: { ...map, mappings: encode(moved(decode(map.mappings), code, breaks)) } }
}

/** Offsets at which a line may end, in front of a statement and behind a throw, as far as they are wanted. */
function breaksOf(code) {
  const [starts, throws] = [new Set(), new Set()]
  visit(parseAst(code), (node) => {
    if (node.type === 'ThrowStatement') throws.add(node.start).add(node.end)
    else if (/(Statement|Declaration)$/.test(node.type) && node.type !== 'BlockStatement') starts.add(node.start)
  })
  let line = 0
  return [...starts, ...throws]
    .filter((at, i, all) => at > 0 && at < code.length && all.indexOf(at) === i)
    .sort((a, b) => a - b)
    .filter((at) => {
      line = Math.max(line, code.lastIndexOf('\n', at - 1) + 1)
      if (at === line || (!throws.has(at) && at - line < enough)) return false
      line = at
      return true
    })
}

function visit(node, see) {
  if (typeof node?.type === 'string') see(node)
  for (const child of Object.values(node)) if (typeof child === 'object' && child !== null) visit(child, see)
}

/** Mappings of lines that were broken: each segment goes to the line and the column where its place now is. */
function moved(lines, code, breaks) {
  const result = []
  let [start, next] = [0, 0]
  for (const [i, text] of code.split('\n').entries()) {
    let from = start
    let row = []
    result.push(row)
    for (const [column, ...rest] of lines[i] ?? []) {
      for (; breaks[next] <= start + column; next++) {
        from = breaks[next]
        row = []
        result.push(row)
      }
      row.push([start + column - from, ...rest])
    }
    start += text.length + 1
    for (; breaks[next] < start; next++) result.push([])
  }
  return result
}
