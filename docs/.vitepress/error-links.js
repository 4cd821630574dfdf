import { readFileSync } from 'node:fs'

const page = readFileSync(new URL('../reference/errors.md', import.meta.url), 'utf8')
const codes = page.match(/(?<=^### )HILLOCK_\w+$/gm)
const anyCode = new RegExp(`(?<!\\w)(${codes.join('|')})(?!\\w)`)

/** Makes each error code in running text lead to what is said of it. */
export function errorLinks(md) {
  md.core.ruler.push('error-links', ({ tokens, Token, env }) => {
    if (env.relativePath === 'reference/errors.md') return
    for (const token of tokens) {
      if (token.type !== 'inline' || !anyCode.test(token.content)) continue
      let links = 0
      token.children = token.children.flatMap((child) => {
        if (child.type === 'link_open') links++
        if (child.type === 'link_close') links--
        return links === 0 && ['text', 'code_inline'].includes(child.type) ? linked(child, Token) : [child]
      })
    }
  })
}

/** A token, taken apart where it holds codes. */
function linked(token, Token) {
  return token.content.split(anyCode).flatMap((part, i) => {
    const inner = Object.assign(new Token(token.type, token.tag, 0), { content: part, markup: token.markup })
    if (i % 2 === 0) return part === '' ? [] : [inner]
    const open = new Token('link_open', 'a', 1)
    open.attrSet('href', `/reference/errors#${part.toLowerCase().replaceAll('_', '-')}`)
    return [open, inner, new Token('link_close', 'a', -1)]
  })
}
