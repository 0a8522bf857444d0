export { startAppleFake, type AppleFake, type AppleFakeSettings, type ApplePerson } from './apple-fake.ts'
export { startOidcFake, type OidcClaims, type OidcFake, type OidcFakeSettings } from './oidc-fake.ts'
export { createSigningKeys, type SigningKeys } from './signing-keys.ts'
