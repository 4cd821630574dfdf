import { packagePages } from '../.vitepress/packages.js'

export default { paths: packagePages }
