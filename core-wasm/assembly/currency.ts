/** The number of decimals of every currency. Source: ISO 4217, list one, with amendments 176 to 180. */

import { DIGIT_ZERO } from "./ascii";
import { Bytes } from "./memory";
import { MALFORMED } from "./outcome";

/**
 * Alphabetic code and number of decimals, in the order of the code: five characters per entry, the last of them a
 * space or the end of the line. Codes for which ISO gives no decimals (precious metals, XDR, XTS …) cannot be
 * paid with and are left out.
 */
const TABLE = `AED2 AFN2 ALL2 AMD2 AOA2 ARS2 AUD2 AWG2 AZN2
BAM2 BBD2 BDT2 BHD3 BIF0 BMD2 BND2 BOB2 BOV2 BRL2 BSD2 BTN2 BWP2 BYN2 BZD2
CAD2 CDF2 CHE2 CHF2 CHW2 CLF4 CLP0 CNY2 COP2 COU2 CRC2 CUP2 CVE2 CZK2
DJF0 DKK2 DOP2 DZD2
EGP2 ERN2 ETB2 EUR2
FJD2 FKP2
GBP2 GEL2 GHS2 GIP2 GMD2 GNF0 GTQ2 GYD2
HKD2 HNL2 HTG2 HUF2
IDR2 ILS2 INR2 IQD3 IRR2 ISK0
JMD2 JOD3 JPY0
KES2 KGS2 KHR2 KMF0 KPW2 KRW0 KWD3 KYD2 KZT2
LAK2 LBP2 LKR2 LRD2 LSL2 LYD3
MAD2 MDL2 MGA2 MKD2 MMK2 MNT2 MOP2 MRU2 MUR2 MVR2 MWK2 MXN2 MXV2 MYR2 MZN2
NAD2 NGN2 NIO2 NOK2 NPR2 NZD2
OMR3
PAB2 PEN2 PGK2 PHP2 PKR2 PLN2 PYG0
QAR2
RON2 RSD2 RUB2 RWF0
SAR2 SBD2 SCR2 SDG2 SEK2 SGD2 SHP2 SLE2 SOS2 SRD2 SSP2 STN2 SVC2 SYP2 SZL2
THB2 TJS2 TMT2 TND3 TOP2 TRY2 TTD2 TWD2 TZS2
UAH2 UGX0 USD2 USN2 UYI0 UYU2 UYW4 UZS2
VED2 VES2 VND0 VUV0
WST2
XAD2 XAF0 XCD2 XCG2 XOF0 XPF0
YER2
ZAR2 ZMW2 ZWG2
`;

const ENTRY_LENGTH: i32 = 5;
const CODE_LENGTH: i32 = 3;

/** The number of decimals of the code at `address`, MALFORMED for an unknown code; by binary search. */
export function exponent(address: usize, length: i32): i32 {
  if (length != CODE_LENGTH) return MALFORMED;
  let from = 0;
  let to = TABLE.length / ENTRY_LENGTH;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const order = compareCode(address, middle * ENTRY_LENGTH);
    if (order == 0) return TABLE.charCodeAt(middle * ENTRY_LENGTH + CODE_LENGTH) - DIGIT_ZERO;
    if (order > 0) from = middle + 1;
    else to = middle;
  }
  return MALFORMED;
}

/** Below, at or above zero as the code comes before, is, or comes after the entry. */
function compareCode(address: usize, entry: i32): i32 {
  for (let index = 0; index < CODE_LENGTH; index++) {
    const difference = Bytes.get(address, index) - TABLE.charCodeAt(entry + index);
    if (difference != 0) return difference;
  }
  return 0;
}
