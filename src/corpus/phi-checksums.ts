/** True for an 18-digit Chinese resident identity number with a possible birth date and a right check digit (GB 11643-1999). */
export function isResidentId(text: string): boolean {
  if (!/^[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]$/.test(text)) return false;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(text[at]), 0);
  return '10X98765432'[sum % 11] === text[17]?.toUpperCase();
}

/** True for digits with a right Luhn check digit (ISO/IEC 7812-1), as on bank cards. */
export function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, twice = false; at >= 0; at--, twice = !twice) {
    const digit = Number(digits[at]) * (twice ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

/** True for a 17-character vehicle identification number with a right check digit (49 CFR 565.15). */
export function isVehicleNumber(text: string): boolean {
  if (!/^[A-HJ-NPR-Z0-9]{17}$/.test(text) || !/[A-Z]/.test(text) || !/\d/.test(text)) return false;
  const values = '0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ';
  const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * (values.indexOf(text[at] ?? '') % 10), 0);
  return '0123456789X'[sum % 11] === text[8];
}

/** True for four numbers 0–255 that are an address of a machine and no version, enzyme or section number. */
export function isInternetAddress(text: string): boolean {
  const parts = text.split('.').map(Number);
  return parts.length === 4 && parts.every((part) => part <= 255) && (parts[0] ?? 0) > 0;
}
