/** Where a page leads, pictures among it; addresses elsewhere are left out. */
export const linksOf = (page: string): string[] =>
  Array.from(withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g), ([, link]) => link!).filter((link) => !/^\w+:/.test(link))

/** What a page of the site takes in: `<<< path`, `<!--@include: path#region-->`. */
export const inclusionsOf = (page: string): { readonly path: string; readonly region: string | undefined }[] =>
  Array.from(
    page.matchAll(/^<<< (\S+)$|^<!--@include: ([^\s#]+)(?:#([\w-]+))?-->$/gm),
    ([, snippet, path, region]) => ({ path: (snippet ?? path)!, region }),
  )

/** The anchors of a page's headings, as VitePress makes them. */
export const anchorsOf = (page: string): Set<string> =>
  new Set(Array.from(withoutCode(page).matchAll(/^#+ (.*)$/gm), ([, heading]) => anchor(heading!)))

const anchor = (heading: string): string =>
  heading
    .replace(/[\s`()\-_,.:;?'"/]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .replace(/^(?=\d)/, '_')
    .toLowerCase()

const withoutCode = (page: string): string => page.replace(/^```.*?^```$/gms, '')
