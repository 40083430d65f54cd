/**
 * What an export answers: zero or more is success, below zero says what was wrong. Nothing in this module traps
 * or throws, whatever the bytes are.
 */

/** The result can be fetched, or is in its buffer. */
export const DONE: i32 = 0;
/** The bytes do not have the form that was asked for. */
export const MALFORMED: i32 = -1;
/** A number or a result outside i64. */
export const OVERFLOW: i32 = -2;
/** A quote price or a denominator is zero. */
export const DIVISION_BY_ZERO: i32 = -3;
/** A signature header that names another algorithm than RSA256. */
export const ALGORITHM_NOT_SUPPORTED: i32 = -4;
/** The signed content does not fit its buffer. */
export const TOO_LARGE: i32 = -5;
