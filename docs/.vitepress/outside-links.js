/** Pages of the site that stand for READMEs, so that links work in the repository and on the site alike. */
const pages = [
  [/^(?:\.\.\/)+examples\/(?:([\w-]+\/))?README\.md/, '/examples/$1'],
  [/^(?:\.\.\/)*decisions\/README\.md/, '/decisions/'],
  [/^([\w-]+)\/README\.md/, '/examples/$1/'],
  [/^(?:\.\.\/)+benchmarks\/README\.md/, '/benchmarks'],
  [/^(?:\.\.\/)+(?:(?:packages|plugins)\/)?([\w-]+)\/README\.md/, '/packages/$1'],
]

/** Makes links to READMEs lead to the pages that show them. */
export function outsideLinks(md) {
  md.core.ruler.push('outside-links', ({ tokens }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.attrGet('href')
      if (href === null) continue
      token.attrSet(
        'href',
        pages.reduce((link, [file, page]) => link.replace(file, page), href),
      )
    }
  })
}
