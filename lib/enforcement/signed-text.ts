/**
 * Signed tokens as text (RFC 7515). The last character of a base64url text carries bits that decoders drop, so that a
 * signature could be written in more than one way; ours are taken in the one in which they were issued.
 */

/** Three parts, the last of 64 bytes as Ed25519 makes them: 85 characters and one with two bits. */
const signedText = /^[\w-]+\.[\w-]+\.[\w-]{85}[AQgw]$/;

export function isSpelledOnce(text: string): boolean {
  return signedText.test(text);
}
