export { eicar, startClamdFake, type ClamdFake } from './clamd-fake.ts'
