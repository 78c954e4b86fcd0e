const OFFSET_BASIS = 0x6c62272e07bb014262b821756295c58dn;
const PRIME = 0x0000000001000000000000000000013bn;

/**
 * The 128-bit FNV-1a hash of a text's UTF-8 bytes, as 32 hexadecimal digits. Tells texts apart that differ by chance, not by
 * an attacker's choice.
 *
 * Source: G. Fowler, L. C. Noll, K. Vo, D. Eastlake, T. Hansen, "The FNV Non-Cryptographic Hash Algorithm", RFC 9923
 */
export function fnv1a128(text: string): string {
  let hash = OFFSET_BASIS;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * PRIME);
  }
  return hash.toString(16).padStart(32, "0");
}
