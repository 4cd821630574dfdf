import { characterHint } from './hints.ts'
import { type Place, refuse } from './text.ts'

export interface Token extends Place {
  readonly kind: 'number' | 'name' | 'symbol' | 'end'
  readonly text: string
}

const pattern =
  /[ \t\r]+|#[^\n]*|(?<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|(?<symbol>\*\*|<=|>=|==|!=|[-+*/<>=(),])/y

/** The tokens of one line, closed by an `end` token. Throws HILLOCK_SYNTAX if it has a character that the language does not have. */
export function tokenize(text: string, lineText: string, line: number): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < lineText.length) {
    pattern.lastIndex = at
    const match = pattern.exec(lineText)
    if (match === null) {
      const character = String.fromCodePoint(lineText.codePointAt(at)!)
      const place = { line, column: at + 1, length: 1 }
      const hint = characterHint(lineText, at)
      refuse('HILLOCK_SYNTAX', `unexpected character '${character}'`, text, place, hint)
    }
    for (const kind of ['number', 'name', 'symbol'] as const) {
      const found = match.groups?.[kind]
      if (found !== undefined) tokens.push({ kind, text: found, line, column: at + 1, length: found.length })
    }
    at = pattern.lastIndex
  }
  tokens.push({ kind: 'end', text: 'the end of the line', line, column: lineText.length + 1, length: 1 })
  return tokens
}
