export { cornerEnvironment, internalTokenSecret, openCorner, type Corner } from './infrastructure/corner.ts'
