export { cornerEnvironment, openCorner, type Corner } from './infrastructure/corner.ts'
