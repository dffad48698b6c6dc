/** Why a token lets nobody in, and how a client is told (RFC 6750, `error_description`). Nothing of a token is in it. */
export const tokenRefusals = {
  malformed: "This is no token of this server, and no signed JWT.",
  "too-long": "The token is too long.",
  algorithm: "The JWT is signed by an algorithm that is not taken here, or not at all.",
  critical: "The JWT's header has extensions (crit) that are not understood here.",
  type: "The JWT is no access token.",
  issuer: "The JWT is of another issuer.",
  audience: "The JWT is for another audience.",
  expired: "The JWT has expired.",
  "not-yet-valid": "The JWT is not valid yet.",
  claims: "The JWT lacks a claim that is needed here: iss, aud, exp and sub.",
  key: "The JWT is signed by a key that its issuer does not have.",
  signature: "The JWT's signature is not right.",
} as const;

export type TokenRefusal = keyof typeof tokenRefusals;
