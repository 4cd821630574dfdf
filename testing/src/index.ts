export { chromium, launchChromium } from './chromium.ts'
export { type Need, whereFound } from './where-found.ts'
