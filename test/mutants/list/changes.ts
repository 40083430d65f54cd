/** Every change of the kept list. */
import type { Change } from "../change.ts";
import { MACHINE_CHANGES } from "./machine.ts";

export const CHANGES: readonly Change[] = [...MACHINE_CHANGES];
