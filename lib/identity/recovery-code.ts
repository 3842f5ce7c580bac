/**
 * How a recovery code is written: 26 characters of Crockford's base32, 130 random bits, in groups that can be copied
 * from paper. Letters that are mistaken for digits mean those digits, and case, spaces and hyphens do not matter.
 */

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const recoveryCodeChars = 26;
const groupChars = 5;

/** @param random `recoveryCodeChars` random bytes, of which five bits each are used. */
export function recoveryCode(random: Uint8Array): string {
  return Array.from(random.subarray(0, recoveryCodeChars), (byte, at) => {
    const separator = at > 0 && at % groupChars === 0 && at < recoveryCodeChars - 1 ? '-' : '';
    return separator + alphabet.charAt(byte & 31);
  }).join('');
}

/** The code as it is hashed, or undefined where the text is none. */
export function readRecoveryCode(text: string): string | undefined {
  const plain = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll(/[IL]/g, '1').replaceAll('O', '0');
  const isCode =
    plain.length === recoveryCodeChars && [...plain].every((character) => alphabet.includes(character));
  return isCode ? plain : undefined;
}
